package org.silotune.prep.dataset;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.silotune.prep.PreparationException;

/** Some of the entries of a ZIP archive. */
final class ZipEntries {

  private ZipEntries() {}

  /**
   * Writes the entries that a glob matches below a folder, at their paths.
   *
   * @return their paths, in the archive's order
   * @throws PreparationException if there are none, or the archive is damaged or hostile
   */
  static List<String> unpack(Path archive, String glob, Path folder) throws IOException {
    var matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    List<String> unpacked = new ArrayList<>();
    try (var zip = new ZipFile(archive.toFile())) {
      for (var entry : zip.stream().filter(each -> !each.isDirectory()).toList()) {
        if (!matcher.matches(Path.of(entry.getName()))) {
          continue;
        }
        var target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new PreparationException(
              "Cannot unpack %s: its entry %s lies outside of it"
                  .formatted(archive.getFileName(), entry.getName()));
        }
        Files.createDirectories(target.getParent());
        try (var in = zip.getInputStream(entry)) {
          Files.copy(in, target);
        }
        unpacked.add(entry.getName());
      }
    } catch (ZipException e) {
      throw new PreparationException(
          "Cannot unpack %s: %s".formatted(archive.getFileName(), e.getMessage()), e);
    }
    if (unpacked.isEmpty()) {
      throw new PreparationException(
          "Cannot unpack %s: no entry matches %s; it is not the archive this version knows"
              .formatted(archive.getFileName(), glob));
    }
    return unpacked;
  }
}
