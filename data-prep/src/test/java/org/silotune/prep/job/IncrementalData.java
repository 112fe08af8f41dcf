package org.silotune.prep.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;
import org.silotune.prep.source.SourceConfig;

/** A source of files that grows, and the folder that follows it. */
final class IncrementalData {

  private final RawData raw;
  private final SparkSession spark;
  private final Path source;
  private final String name;

  private IncrementalData(RawData raw, SparkSession spark, Path source, String name) {
    this.raw = raw;
    this.spark = spark;
    this.source = source;
    this.name = name;
  }

  static IncrementalData in(Path temp, SparkSession spark) throws IOException {
    return new IncrementalData(
        RawData.in(temp), spark, Files.createDirectory(temp.resolve("landing")), "followed");
  }

  /** Returns the same source for another folder. */
  IncrementalData to(String folder) {
    return new IncrementalData(raw, spark, source, folder);
  }

  /** Returns the same source and folder for another Spark. */
  IncrementalData on(SparkSession other) {
    return new IncrementalData(raw, other, source, name);
  }

  Path write(String file, List<String> rows) throws IOException {
    return Files.write(source.resolve(file), rows);
  }

  /** Writes a file of columns, whose rows are given as JSON. */
  void writeParquet(String file, List<String> rows) throws IOException {
    Path table = source.resolveSibling("table-of-" + file);
    spark
        .read()
        .json(spark.createDataset(rows, Encoders.STRING()))
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(table.toString());
    try (Stream<Path> written = Files.list(table)) {
      Path part =
          written.filter(each -> each.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.move(part, source.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  void delete(String file) throws IOException {
    Files.delete(source.resolve(file));
  }

  /** Settings that compare files. */
  PrepareConfig byFiles() {
    return plain().withIncremental(IncrementalConfig.defaults());
  }

  /** Settings that go by a column. */
  PrepareConfig by(String column) {
    return plain().withIncremental(new IncrementalConfig(Optional.of(column)));
  }

  private PrepareConfig plain() {
    return PrepareConfig.defaults().withSource(SourceConfig.defaults().withPath(source));
  }

  PreparedVersion prepare(PrepareConfig config) {
    return prepare(config, RowScope.NEW);
  }

  PreparedVersion prepare(PrepareConfig config, RowScope scope) {
    return prepare(config, EmptySilos.REFUSED, scope);
  }

  PreparedVersion prepare(PrepareConfig config, EmptySilos emptySilos, RowScope scope) {
    return IncrementalPreparation.run(
        spark, config, emptySilos, raw.model(), folder(), scope, PreparationProgress.SILENT);
  }

  /** Prepares, and does something when rows have been read and are to be written. */
  PreparedVersion prepare(PrepareConfig config, Meanwhile meanwhile) {
    PreparationProgress progress =
        new PreparationProgress() {
          @Override
          public void encoded(long rows) {}

          @Override
          public void writing(long rows, int silos) {
            try {
              meanwhile.happens();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    return IncrementalPreparation.run(
        spark, config, EmptySilos.REFUSED, raw.model(), folder(), RowScope.NEW, progress);
  }

  /** What somebody else does to the source or the folder. */
  interface Meanwhile {
    void happens() throws IOException;
  }

  /** Prepares all there is at once, into a folder of its own. */
  ShardManifest atOnce(PrepareConfig config) {
    return raw.prepare(spark, config).manifest();
  }

  String folder() {
    return raw.folder().resolve(name).toString();
  }

  /** Returns silo and split of every example, by id, read as training reads them. */
  static SortedMap<String, String> placement(PreparedFolder folder) {
    SortedMap<String, String> placement = new TreeMap<>();
    ShardManifest manifest = folder.manifest();
    for (String silo : manifest.siloNames()) {
      for (Split split : Split.values()) {
        TokenShardReader.read(folder.shard(manifest, silo, split))
            .forEach(e -> placement.put(silo + " " + e.id(), split.label()));
      }
    }
    return placement;
  }

  /** Returns every file and folder with its time of change. */
  static SortedMap<String, String> times(PreparedFolder folder) throws IOException {
    Path root = Path.of(URI.create(folder.uri()));
    SortedMap<String, String> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      files.forEach(file -> times.put(root.relativize(file).toString(), time(file)));
    }
    return times;
  }

  private static String time(Path file) {
    try {
      return Files.getLastModifiedTime(file).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
