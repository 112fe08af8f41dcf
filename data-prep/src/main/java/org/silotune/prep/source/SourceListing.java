package org.silotune.prep.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.HadoopSettings;

/**
 * The files of a source, in name order, and their one format.
 *
 * @param format never {@link SourceFormat#AUTO}
 * @param files at least one
 */
record SourceListing(SourceFormat format, List<SourceFile> files) {

  SourceListing {
    files = List.copyOf(files);
  }

  /**
   * Lists the files of a place.
   *
   * @throws UnusableDataException if it is missing, holds no file to take, or files of two formats
   * @throws PreparationException if it cannot be read
   */
  static SourceListing of(String location, SourceConfig config) {
    List<SourceListing> listings = byFormat(location, config);
    if (listings.size() > 1) {
      throw new UnusableDataException(
          "Cannot read source %s: files of the formats %s, it holds %s; choose with files, such as files: [\"*.jsonl\"]"
              .formatted(
                  location,
                  listings.stream()
                      .map(listing -> listing.format().label())
                      .collect(Collectors.joining(", ")),
                  some(
                      listings.stream()
                          .flatMap(listing -> listing.files().stream())
                          .sorted(Comparator.comparing(SourceFile::name))
                          .toList())));
    }
    return listings.get(0);
  }

  /**
   * Lists the files of a place in which those of several formats may lie, a listing a format.
   *
   * @throws UnusableDataException if it is missing, or holds no file to take
   * @throws PreparationException if it cannot be read
   */
  static List<SourceListing> byFormat(String location, SourceConfig config) {
    try {
      Path root = new Path(location);
      FileSystem fileSystem = root.getFileSystem(HadoopSettings.ofThisProcess());
      FileStatus status = fileSystem.getFileStatus(root);
      List<SourceFile> files = new ArrayList<>();
      if (status.isFile()) {
        files.add(new SourceFile(status.getPath().toString(), root.getName(), status.getLen()));
      } else {
        collect(fileSystem, status.getPath(), "", files);
      }
      files.sort(Comparator.comparing(SourceFile::name));
      return chosen(location, config, files, status.isFile());
    } catch (FileNotFoundException e) {
      throw new UnusableDataException(
          "Cannot read source %s: it does not exist; correct the place".formatted(location), e);
    } catch (IOException e) {
      throw StorageFailure.ofPlace(location, e);
    }
  }

  /** Returns the file names, which is all of the place that a manifest keeps. */
  List<String> names() {
    return files.stream().map(SourceFile::name).toList();
  }

  /** Returns the listing with some files as those that are being written to. */
  SourceListing growing(Set<String> names) {
    return new SourceListing(
        format,
        files.stream().map(file -> names.contains(file.name()) ? file.growing() : file).toList());
  }

  /** Returns the files that are wanted. */
  SourceListing only(RowSelection selection) {
    return selection.files().map(this::only).orElse(this);
  }

  /** Returns the files of some names. */
  SourceListing only(Set<String> names) {
    return new SourceListing(
        format, files.stream().filter(file -> names.contains(file.name())).toList());
  }

  /** Returns the rows of Parquet files. */
  Dataset<Row> parquet(SparkSession spark) {
    String[] uris = files.stream().map(SourceFile::pattern).toArray(String[]::new);
    return spark.read().option("mergeSchema", "true").parquet(uris);
  }

  private static void collect(
      FileSystem fileSystem, Path folder, String prefix, List<SourceFile> files)
      throws IOException {
    for (FileStatus entry : fileSystem.listStatus(folder)) {
      String name = entry.getPath().getName();
      if (name.startsWith("_") || name.startsWith(".")) {
        continue;
      }
      if (entry.isDirectory()) {
        collect(fileSystem, entry.getPath(), prefix + name + "/", files);
      } else {
        files.add(new SourceFile(entry.getPath().toString(), prefix + name, entry.getLen()));
      }
    }
  }

  private static List<SourceListing> chosen(
      String location, SourceConfig config, List<SourceFile> found, boolean isOneFile) {
    List<SourceFile> taken =
        isOneFile ? found : found.stream().filter(file -> isTaken(file, config)).toList();
    if (taken.isEmpty()) {
      throw new UnusableDataException(
          "Cannot read source %s: no file %s, it holds %s; %s, or name another place"
              .formatted(
                  location,
                  config.files().isEmpty()
                      ? "has an extension of json, jsonl, csv or parquet"
                      : "matches " + String.join(", ", config.files()),
                  found.isEmpty() ? "no files" : some(found),
                  config.files().isEmpty() ? "set format" : "correct files"));
    }
    Map<SourceFormat, List<SourceFile>> byFormat =
        taken.stream()
            .collect(
                Collectors.groupingBy(
                    file -> config.format() == SourceFormat.AUTO ? format(file) : config.format(),
                    () -> new TreeMap<>(),
                    Collectors.toList()));
    return byFormat.entrySet().stream()
        .map(each -> new SourceListing(each.getKey(), each.getValue()))
        .toList();
  }

  private static boolean isTaken(SourceFile file, SourceConfig config) {
    if (config.files().isEmpty()) {
      return config.format() != SourceFormat.AUTO || SourceFormat.of(file.name()).isPresent();
    }
    java.nio.file.Path name = java.nio.file.Path.of(file.name());
    return config.files().stream()
        .map(glob -> matcher(glob))
        .anyMatch(matcher -> matcher.matches(name));
  }

  private static PathMatcher matcher(String glob) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      throw new UnusableDataException(
          "Invalid glob %s in files: %s; correct it, as in files: [\"*.jsonl\"]"
              .formatted(glob, e.getDescription()),
          e);
    }
  }

  private static SourceFormat format(SourceFile file) {
    return SourceFormat.of(file.name())
        .orElseThrow(
            () ->
                new UnusableDataException(
                    "Cannot tell the format of %s by its extension; set format to json, jsonl, csv or parquet"
                        .formatted(file.name())));
  }

  /** Returns the names of some files, for a message. */
  static String some(List<SourceFile> files) {
    String names = files.stream().limit(10).map(SourceFile::name).collect(Collectors.joining(", "));
    return files.size() > 10 ? "%s and %d more".formatted(names, files.size() - 10) : names;
  }
}
