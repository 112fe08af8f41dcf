package org.silotune.prep.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.silotune.prep.PreparationException;

/**
 * The sha256 that the files of a data set had at the first download, on disk as {@code sha256sum}
 * writes it. It outlives the files: what is fetched again must be the same.
 *
 * @param sha256ByFile by name, or path where files were unpacked
 */
record RecordedSums(SortedMap<String, String> sha256ByFile) {

  private static final String BETWEEN = "  ";
  private static final int DIGITS = 64;

  RecordedSums {
    sha256ByFile = Collections.unmodifiableSortedMap(new TreeMap<>(sha256ByFile));
  }

  /** Reads the record; none where nothing was recorded. */
  static RecordedSums read(Path file) throws IOException {
    SortedMap<String, String> sums = new TreeMap<>();
    try {
      for (var line : Files.readAllLines(file)) {
        if (!line.matches("[0-9a-f]{%d}%s.+".formatted(DIGITS, BETWEEN))) {
          throw new PreparationException(
              "Invalid line '%s' in %s: must be a sha256 and a name; delete the file, and what it says is recorded anew"
                  .formatted(line, file));
        }
        sums.put(line.substring(DIGITS + BETWEEN.length()), line.substring(0, DIGITS));
      }
    } catch (NoSuchFileException e) {
      return new RecordedSums(sums); // nothing was fetched yet
    }
    return new RecordedSums(sums);
  }

  /** Writes the record by a rename, from a folder on the same disk. */
  void write(Path file, Path scratch) throws IOException {
    var lines =
        sha256ByFile.entrySet().stream()
            .map(sum -> sum.getValue() + BETWEEN + sum.getKey() + "\n")
            .collect(Collectors.joining());
    Files.move(
        Files.writeString(scratch.resolve("sums"), lines),
        file,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
