package org.silotune.fed.run;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code reversed}, whose folders list their last name first. */
public final class ReversedFileSystem extends RawLocalFileSystem {

  /** Makes the scheme known. */
  public static void registerIn(Configuration hadoop) {
    hadoop.set("fs.reversed.impl", ReversedFileSystem.class.getName());
  }

  @Override
  public URI getUri() {
    return URI.create("reversed:///");
  }

  @Override
  public String getScheme() {
    return "reversed";
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    FileStatus[] found = super.listStatus(folder);
    Arrays.sort(found);
    List<FileStatus> backwards = Arrays.asList(found);
    Collections.reverse(backwards);
    return found;
  }
}
