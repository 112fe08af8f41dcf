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
 * <p>A folder that takes in new rows has all of them in a folder for each version, {@code
 * versions/00001/} and so on, and a file for each version that counts ({@link VersionCommits}): it
 * makes the version's rows appear, and nothing is changed after it is there. The manifest of the
 * last one names the versions whose rows count.
 *
 * <p>Works on the driver and inside a task alike: it needs no Spark session.
 */
public final class PreparedFolder {

  private static final String STATE = "state.json";
  private static final String MANIFEST = "manifest.json";

  private static final String VERSIONS = "versions";

  /** What a writer marks the number of its version with. */
  private static final String CLAIM = "claim";

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

  /** Returns whether the folder holds a manifest that counts: a preparation that ended. */
  public boolean exists() {
    try {
      return fileSystem.exists(manifest) || commits().last().isPresent();
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

  /** The manifest's text; in a folder of versions that of the last one that counts. */
  private String manifestText() throws IOException {
    try (FSDataInputStream in = fileSystem.open(manifest)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      Optional<Integer> last = commits().last();
      if (last.isEmpty()) {
        throw e;
      }
      return part(last.get()).manifestText();
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
    Path versions = new Path(root, VERSIONS);
    return new PreparedFolder(
        new Path(versions, VersionCommits.NUMBER.formatted(version)), fileSystem);
  }

  /** Returns the folders that hold rows: those of versions, or this one if there are none. */
  List<PreparedFolder> parts(List<Integer> versions) {
    return versions.isEmpty() ? List.of(this) : versions.stream().map(this::part).toList();
  }

  /** Returns the root of the token shard table of a version. */
  public String shards(int version) {
    return part(version).shards();
  }

  /** Returns the root of the quarantine table of a version. */
  public String quarantine(int version) {
    return part(version).quarantine();
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

  /** Returns which versions of the folder count. */
  VersionCommits commits() {
    return new VersionCommits(fileSystem, root);
  }

  /**
   * Takes a version number that nobody has had, by a file that is made where there is none.
   *
   * @param after a number that is taken
   */
  int claimVersion(int after) throws IOException {
    int version = Math.max(after, versionsBegun().stream().reduce(0, Math::max)) + 1;
    while (true) {
      Path claim = new Path(part(version).root, CLAIM);
      try {
        VersionCommits.createNew(fileSystem, claim, "after version %d\n".formatted(after));
        return version;
      } catch (IOException e) {
        if (!fileSystem.exists(claim)) {
          throw e;
        }
        version++;
      }
    }
  }

  /** Removes a version, and the folder too where it held nothing else. */
  void deleteVersion(int version) throws IOException {
    part(version).delete();
    for (Path folder : List.of(new Path(root, VERSIONS), root)) {
      if (fileSystem.exists(folder) && fileSystem.listStatus(folder).length == 0) {
        fileSystem.delete(folder, false);
      }
    }
  }

  /** Returns the numbers of the versions that there are folders of, whether they count or not. */
  List<Integer> versionsBegun() throws IOException {
    Path versions = new Path(root, VERSIONS);
    if (!fileSystem.exists(versions)) {
      return List.of();
    }
    return Stream.of(fileSystem.listStatus(versions))
        .map(entry -> entry.getPath().getName())
        .filter(name -> name.matches(VersionCommits.DIGITS))
        .map(Integer::valueOf)
        .sorted()
        .toList();
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

  /** Returns whether the folder holds anything that is not of versions. */
  boolean holdsOtherThanVersions() throws IOException {
    return fileSystem.exists(root)
        && Stream.of(fileSystem.listStatus(root))
            .map(entry -> entry.getPath().getName())
            .anyMatch(name -> !name.equals(VERSIONS) && !name.equals(VersionCommits.FOLDER));
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

  private void rename(Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException("cannot rename %s to %s".formatted(from, to));
    }
  }

  Configuration hadoopConfiguration() {
    return fileSystem.getConf();
  }
}
