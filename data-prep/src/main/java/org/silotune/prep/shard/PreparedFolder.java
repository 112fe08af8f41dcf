package org.silotune.prep.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.silotune.llm.LlmException;
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
 * <p>A folder that takes in new rows has the last three in a folder for each version, {@code
 * versions/00001/} and so on, which is never changed once it is there. The manifest names the
 * versions that count, so it is the manifest that makes rows of a version appear.
 *
 * <p>Works on the driver and inside a task alike: it needs no Spark session.
 */
public final class PreparedFolder {

  private static final String STATE = "state.json";
  private static final String MANIFEST = "manifest.json";

  /** A manifest on its way to the place of the one before it: if that is gone, this one counts. */
  private static final String NEXT_MANIFEST = "manifest.json.next";

  private final Path root;
  private final FileSystem fileSystem;
  private final Path manifest;

  private PreparedFolder(Path root, FileSystem fileSystem, Path manifest) {
    this.root = root;
    this.fileSystem = fileSystem;
    this.manifest = manifest;
  }

  private PreparedFolder(Path root, FileSystem fileSystem) {
    this(root, fileSystem, new Path(root, MANIFEST));
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
      return fileSystem.exists(manifest) || fileSystem.exists(new Path(root, NEXT_MANIFEST));
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
    Path file = manifest;
    try {
      return ShardManifest.fromJson(file.toString(), manifestText());
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

  /** The manifest's text, of the next one too where a killed process left no other. */
  private String manifestText() throws IOException {
    for (Path candidate : List.of(manifest, new Path(root, NEXT_MANIFEST))) {
      try (FSDataInputStream in = fileSystem.open(candidate)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (FileNotFoundException e) {
        // the next one, or it was put into place meanwhile
      }
    }
    try (FSDataInputStream in = fileSystem.open(manifest)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Returns the folder as it was when its content had a hash: with the manifest of that version,
   * the latest of them; none if no version of this folder had it.
   *
   * @throws PreparationException if the folder cannot be read
   */
  public Optional<PreparedFolder> asOf(String contentSha256) {
    ShardManifest current = manifest();
    if (current.contentSha256().equals(contentSha256)) {
      return Optional.of(this);
    }
    return Stream.iterate(current.version(), version -> version > 0, version -> version - 1)
        .filter(current.versions()::contains)
        .map(this::ofVersion)
        .filter(version -> version.manifest().contentSha256().equals(contentSha256))
        .findFirst();
  }

  private PreparedFolder ofVersion(int version) {
    return new PreparedFolder(root, fileSystem, part(version).manifest);
  }

  /** Returns the folder of what a version added. */
  PreparedFolder part(int version) {
    return new PreparedFolder(new Path(root, "versions/%05d".formatted(version)), fileSystem);
  }

  /** Returns the folders that hold rows: those of versions, or this one if there are none. */
  List<PreparedFolder> parts(List<Integer> versions) {
    return versions.isEmpty() ? List.of(this) : versions.stream().map(this::part).toList();
  }

  /** Returns the root of the token shard table of a version. */
  public String shards(int version) {
    return part(version).shards();
  }

  /** Returns where the quarantine tables of a manifest lie, for people; a glob for versions. */
  public String quarantine(ShardManifest of) {
    return of.hasVersions() ? new Path(root, "versions/*/quarantine").toString() : quarantine();
  }

  /** Returns the descriptor of a silo's split, for a task to read. */
  public TokenShard shard(ShardManifest manifest, String silo, Split split) {
    SiloCounts counts = manifest.silo(silo);
    ShardCounts shard = counts.of(split);
    return new TokenShard(
        uri(), silo, split, shard.exampleCount(), shard.sha256(), counts.versions());
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
    write(MANIFEST, manifest.toJson());
  }

  /**
   * Puts a manifest in the place of another. At every moment one of them is there, whole: under its
   * name, or, between the last two steps, as the next one.
   */
  void replaceManifest(ShardManifest manifest) throws IOException {
    String temporary = "_" + MANIFEST;
    Path next = new Path(root, NEXT_MANIFEST);
    fileSystem.delete(new Path(root, temporary), false);
    write(temporary, manifest.toJson());
    fileSystem.delete(next, false);
    rename(new Path(root, temporary), next);
    finishReplacing();
  }

  /** Does the last steps of a replacement, also of one that was killed after it counted. */
  private void finishReplacing() throws IOException {
    fileSystem.delete(new Path(root, MANIFEST), false);
    rename(new Path(root, NEXT_MANIFEST), new Path(root, MANIFEST));
  }

  /** Puts into place what counts already, and removes what does not count; needs the folder. */
  void recover() throws IOException {
    Path next = new Path(root, NEXT_MANIFEST);
    if (!fileSystem.exists(next)) {
      return;
    }
    if (fileSystem.exists(new Path(root, MANIFEST))) {
      fileSystem.delete(next, false);
    } else {
      finishReplacing();
    }
  }

  void writeState(VersionState state) throws IOException {
    write(STATE, state.toJson());
  }

  /**
   * Reads what a version knows of its source.
   *
   * @throws PreparationException if it is missing or cannot be used
   */
  public VersionState state(ShardManifest of) {
    Path file = new Path(part(of.version()).root, STATE);
    try (FSDataInputStream in = fileSystem.open(file)) {
      return VersionState.fromJson(
          file.toString(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot read %s: %s; prepare the data again, with --rebuild or into another folder"
              .formatted(file, LlmException.reason(e)),
          e);
    }
  }

  private void write(String name, String text) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(new Path(root, name), false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Returns the Parquet files of a table's (silo, split) partition, by name; none if absent. */
  List<Path> files(String table, String silo, Split split) throws IOException {
    Path partition = partition(table, silo, split);
    if (!fileSystem.exists(partition)) {
      return List.of();
    }
    return Stream.of(fileSystem.listStatus(partition))
        .map(FileStatus::getPath)
        .filter(path -> path.getName().endsWith(".parquet"))
        .sorted(Comparator.comparing(Path::getName))
        .toList();
  }

  /** Returns the folder of a table's (silo, split) partition. */
  static Path partition(String table, String silo, Split split) {
    return new Path(
        table,
        "%s=%s/%s=%s"
            .formatted(
                TokenShardSchema.SILO,
                ExternalCatalogUtils.escapePathName(silo),
                TokenShardSchema.SPLIT,
                split.label()));
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
    rename(root, target.root);
  }

  /** Renames the folder of a version into its place among the others. */
  void moveTo(PreparedFolder place) throws IOException {
    fileSystem.delete(place.root, true); // of a process that was killed before its version counted
    rename(root, place.root);
  }

  private void rename(Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException("cannot rename %s to %s".formatted(from, to));
    }
  }

  Configuration hadoopConfiguration() {
    return fileSystem.getConf();
  }
}
