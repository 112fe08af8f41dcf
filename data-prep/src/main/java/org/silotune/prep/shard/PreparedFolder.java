package org.silotune.prep.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;

/**
 * A folder of prepared data on any file system Hadoop knows.
 *
 * <pre>
 * manifest.json                                    written last
 * shards/silo=NAME/split=train|validation|test/    token shards, Parquet
 * rows/silo=NAME/split=validation|test/            text of the held-out rows, Parquet
 * quarantine/                                      dropped rows with their reasons, Parquet
 * </pre>
 *
 * <p>Works on the driver and inside a task alike: it needs no Spark session.
 */
public final class PreparedFolder {

  private static final String MANIFEST = "manifest.json";

  private final Path root;
  private final FileSystem fileSystem;

  private PreparedFolder(Path root, FileSystem fileSystem) {
    this.root = root;
    this.fileSystem = fileSystem;
  }

  /**
   * Returns the folder at a path or URI; it need not exist.
   *
   * @throws PreparationException if its file system cannot be reached
   */
  public static PreparedFolder at(String folder) {
    Path path = new Path(folder);
    try {
      FileSystem fileSystem = path.getFileSystem(HadoopSettings.ofThisProcess());
      return new PreparedFolder(fileSystem.makeQualified(path), fileSystem);
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot open prepared data %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Returns the qualified URI of the folder. */
  public String uri() {
    return root.toString();
  }

  /** Returns whether the folder holds a manifest: a preparation that ended. */
  public boolean exists() {
    try {
      return fileSystem.exists(new Path(root, MANIFEST));
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot open prepared data %s: %s".formatted(root, e.getMessage()), e);
    }
  }

  /**
   * Reads the manifest.
   *
   * @throws PreparationException if there is none or it cannot be used
   */
  public ShardManifest manifest() {
    Path file = new Path(root, MANIFEST);
    try (FSDataInputStream in = fileSystem.open(file)) {
      return ShardManifest.fromJson(
          file.toString(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      throw new UnusableDataException(
          "Missing manifest %s: the folder is not prepared data; name a folder that `prepare` wrote"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot read manifest %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Returns the descriptor of a silo's split, for a task to read. */
  public TokenShard shard(ShardManifest manifest, String silo, Split split) {
    ShardCounts counts = manifest.silo(silo).of(split);
    return new TokenShard(uri(), silo, split, counts.exampleCount(), counts.sha256());
  }

  /** Returns the root of the token shard table. */
  public String shards() {
    return new Path(root, "shards").toString();
  }

  /** Returns the root of the held-out rows' table. */
  public String heldOutRows() {
    return new Path(root, "rows").toString();
  }

  /** Returns the root of the quarantine table. */
  public String quarantine() {
    return new Path(root, "quarantine").toString();
  }

  void writeManifest(ShardManifest manifest) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(new Path(root, MANIFEST), false)) {
      out.write(manifest.toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Returns the Parquet files of a table's (silo, split) partition, by name; none if absent. */
  List<Path> files(String table, String silo, Split split) throws IOException {
    Path partition =
        new Path(
            table,
            "%s=%s/%s=%s"
                .formatted(
                    TokenShardSchema.SILO,
                    ExternalCatalogUtils.escapePathName(silo),
                    TokenShardSchema.SPLIT,
                    split.label()));
    if (!fileSystem.exists(partition)) {
      return List.of();
    }
    return Stream.of(fileSystem.listStatus(partition))
        .map(FileStatus::getPath)
        .filter(path -> path.getName().endsWith(".parquet"))
        .sorted(Comparator.comparing(Path::getName))
        .toList();
  }

  /** Returns the folder of the same file system that a preparation fills before its rename. */
  PreparedFolder unfinished() {
    return new PreparedFolder(
        new Path(root.getParent(), "_%s.unfinished".formatted(root.getName())), fileSystem);
  }

  /** Removes what a killed preparation of this folder left; who calls it holds the folder. */
  public void removeUnfinished() {
    try {
      unfinished().delete();
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot delete %s: %s".formatted(unfinished().root, e.getMessage()), e);
    }
  }

  boolean isOccupied() throws IOException {
    return fileSystem.exists(root) && fileSystem.listStatus(root).length > 0;
  }

  void delete() throws IOException {
    fileSystem.delete(root, true);
  }

  void renameTo(PreparedFolder target) throws IOException {
    // An empty folder in the way would make the rename move this one inside it.
    if (fileSystem.exists(target.root) && !fileSystem.delete(target.root, false)) {
      throw new IOException("cannot replace the empty folder " + target.root);
    }
    if (!fileSystem.rename(root, target.root)) {
      throw new IOException("cannot rename %s to %s".formatted(root, target.root));
    }
  }

  Configuration hadoopConfiguration() {
    return fileSystem.getConf();
  }
}
