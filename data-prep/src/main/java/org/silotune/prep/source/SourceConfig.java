package org.silotune.prep.source;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.silotune.prep.UnusableDataException;

/**
 * Where raw rows come from. At most one of {@code path}, {@code uri} and {@code table} is given; a
 * named data set is in the cache where none is.
 *
 * @param dataset the name of a data set, whose files and columns the settings are
 * @param path a file or folder of this machine
 * @param uri a file or folder on any file system Hadoop knows, such as {@code hdfs:///silos}
 * @param table a table of the session's catalog
 * @param files globs of the file names to take from a folder; none takes every file with a known
 *     extension. Names that begin with {@code _} or {@code .} are never taken
 * @param format how files are written
 * @param columns which column holds what
 */
public record SourceConfig(
    Optional<String> dataset,
    Optional<Path> path,
    Optional<String> uri,
    Optional<String> table,
    List<String> files,
    SourceFormat format,
    ColumnMapping columns) {

  public SourceConfig {
    requireNonNull(dataset, "dataset");
    requireNonNull(path, "path");
    requireNonNull(uri, "uri");
    requireNonNull(table, "table");
    files = List.copyOf(files);
    requireNonNull(format, "format");
    requireNonNull(columns, "columns");
  }

  /** Returns a source of which only the place is missing. */
  public static SourceConfig defaults() {
    return new SourceConfig(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        SourceFormat.AUTO,
        ColumnMapping.defaults());
  }

  /** Returns the same settings under the name of a data set. */
  public SourceConfig withDataset(String name) {
    return new SourceConfig(Optional.of(name), path, uri, table, files, format, columns);
  }

  /** Returns the same settings for the files of a local path, in place of any other place. */
  public SourceConfig withPath(Path newPath) {
    return at(Optional.of(newPath), Optional.empty(), Optional.empty());
  }

  /** Returns the same settings for the files of a URI, in place of any other place. */
  public SourceConfig withUri(String newUri) {
    return at(Optional.empty(), Optional.of(newUri), Optional.empty());
  }

  /** Returns the same settings for the files of a path or URI, in place of any other place. */
  public SourceConfig withPlace(String pathOrUri) {
    return pathOrUri.contains("://") ? withUri(pathOrUri) : withPath(Path.of(pathOrUri));
  }

  /** Returns the same settings for a catalog table, in place of any other place. */
  public SourceConfig withTable(String newTable) {
    return at(Optional.empty(), Optional.empty(), Optional.of(newTable));
  }

  private SourceConfig at(
      Optional<Path> newPath, Optional<String> newUri, Optional<String> newTable) {
    return new SourceConfig(dataset, newPath, newUri, newTable, files, format, columns);
  }

  /** Returns the source with other globs. */
  public SourceConfig withFiles(String... globs) {
    return new SourceConfig(dataset, path, uri, table, List.of(globs), format, columns);
  }

  /** Returns the source with files of another format. */
  public SourceConfig withFormat(SourceFormat newFormat) {
    return new SourceConfig(dataset, path, uri, table, files, newFormat, columns);
  }

  /** Returns the source with another column mapping. */
  public SourceConfig withColumns(ColumnMapping newColumns) {
    return new SourceConfig(dataset, path, uri, table, files, format, newColumns);
  }

  /** Returns whether a path, URI or table is given. */
  public boolean hasPlace() {
    return places() > 0;
  }

  /**
   * Returns the path or URI of a source of files.
   *
   * @throws UnusableDataException if the source names no place or more than one
   */
  Optional<String> location() {
    if (!hasPlace()) {
      throw new UnusableDataException(
          "Missing source: name one of path, uri and table, or give the data on the command line");
    }
    if (places() > 1) {
      throw new UnusableDataException(
          "Invalid source: path, uri and table exclude each other; name one of them");
    }
    // Hadoop reads a text as it stands: a percent-encoded one would name another file.
    return path.map(p -> "file://" + p.toAbsolutePath().toUri().getPath()).or(() -> uri);
  }

  private long places() {
    return Stream.of(path, uri, table).filter(Optional::isPresent).count();
  }
}
