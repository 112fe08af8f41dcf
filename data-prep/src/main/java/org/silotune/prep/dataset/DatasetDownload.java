package org.silotune.prep.dataset;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Optional;

/**
 * A file of a data set at its official address.
 *
 * @param address of http or https, of one version where the publisher keeps versions
 * @param sha256 of the file, in lower-case hex, where it is known beforehand
 * @param unpack a glob of the entries that are taken out of the file, which is a ZIP archive then
 *     and not kept
 */
public record DatasetDownload(URI address, Optional<String> sha256, Optional<String> unpack) {

  public DatasetDownload {
    requireNonNull(address, "address");
    requireNonNull(sha256, "sha256");
    requireNonNull(unpack, "unpack");
  }

  /** Returns the file's name, which is the last part of its address. */
  public String file() {
    var path = address.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns whether the file itself is kept, not what is in it. */
  boolean isKept() {
    return unpack.isEmpty();
  }
}
