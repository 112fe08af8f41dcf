package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.dataset.DatasetHub;
import org.silotune.prep.shard.CountedSince;
import org.silotune.prep.shard.HeldIds;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.RowGroup;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.shard.VersionState;
import org.silotune.prep.shard.VersionWriter;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.source.InstructionSource;
import org.silotune.prep.source.OpenEndException;
import org.silotune.prep.source.RowSelection;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.source.SourceSnapshot;
import org.silotune.prep.split.Census;

/**
 * The preparation of a folder that takes in new rows: each time the rows that came since, as a
 * version of the folder, or nothing at all if none came. Old rows keep their silo, split, id and
 * tokens.
 *
 * <pre>
 * source now - source before = what changed -> rows that are new -> tokens, split -> version N
 * </pre>
 *
 * The folder holds what one preparation of all rows would make, and its content hash is that one's,
 * with two exceptions: a silo without a training row lets all its rows train, and these stay
 * training rows; and rows that came too late for the high-water mark are in no version.
 */
public final class IncrementalPreparation {

  private final SparkSession spark;
  private final PrepareConfig config;
  private final EmptySilos emptySilos;
  private final Path model;
  private final LoadedTokenizer loaded;
  private final PreparedFolder folder;
  private final PreparationProgress progress;

  private IncrementalPreparation(
      SparkSession spark,
      PrepareConfig config,
      EmptySilos emptySilos,
      Path model,
      LoadedTokenizer loaded,
      PreparedFolder folder,
      PreparationProgress progress) {
    this.spark = spark;
    this.config = config;
    this.emptySilos = emptySilos;
    this.model = model;
    this.loaded = loaded;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Brings a folder up to date with its source; who calls it holds the folder.
   *
   * @param config with {@code incremental}
   * @param emptySilos what becomes of a silo none of whose rows is left, in any version
   * @param model as {@link Preparation#run} has it
   * @param folder path or URI: absent, empty, or an incremental folder of the same settings
   * @param scope which rows are prepared
   * @throws org.silotune.prep.PreparationException for settings or a source that cannot be prepared
   *     incrementally, and for settings that are not those of the folder
   */
  public static PreparedVersion run(
      SparkSession spark,
      PrepareConfig config,
      EmptySilos emptySilos,
      Path model,
      String folder,
      RowScope scope,
      PreparationProgress progress) {
    IncrementalRules.require(config);
    SourceConfig source = new DatasetHub(ModelCache.standard()).placed(config.source());
    PrepareConfig placed = config.withSource(source);
    PreparedFolder place = PreparedFolder.at(folder);
    try (LoadedTokenizer loaded =
        Preparation.load(model, PrepareConfig.templateName(config.template()))) {
      Preparation.requireEncoder(loaded, config);
      return new IncrementalPreparation(spark, placed, emptySilos, model, loaded, place, progress)
          .run(scope);
    }
  }

  private PreparedVersion run(RowScope scope) {
    Optional<ShardManifest> before =
        folder.exists() ? Optional.of(folder.manifest()) : Optional.empty();
    before.ifPresent(this::requireVersions);
    SourceSnapshot now = SourceSnapshot.of(spark, config.source());
    if (highWater().isEmpty()) {
      now.requireTellable();
    }
    while (true) {
      try {
        return follow(now, before, scope);
      } catch (OpenEndException e) {
        now = now.growing(e.files());
      }
    }
  }

  private PreparedVersion follow(
      SourceSnapshot now, Optional<ShardManifest> before, RowScope scope) {
    List<Integer> versions = before.map(ShardManifest::versions).orElse(List.of());
    if (before.isEmpty() || scope == RowScope.ALL) {
      SourceChange all = SourceChange.everything(now, highWater());
      return prepare(now, all, versions, List.of(), Earlier.NONE);
    }
    requireSettingsOf(before.get(), now.format());
    VersionState state = folder.state(before.get());
    SourceChange change =
        highWater()
            .map(column -> SourceChange.aboveMark(now, state, column))
            .orElseGet(() -> SourceChange.ofContent(now, state));
    if (change.isNothing()) {
      return new PreparedVersion(
          folder, before.get(), /* isNew= */ false, 0, change.lateRows(), List.of(), state.mark());
    }
    Earlier earlier =
        change.isWhole() ? Earlier.NONE : new Earlier(before.get().silos(), state, before);
    return prepare(now, change, versions, before.get().silos(), earlier);
  }

  private Optional<String> highWater() {
    return config.incremental().flatMap(IncrementalConfig::highWater);
  }

  private void requireVersions(ShardManifest before) {
    if (!before.hasVersions()) {
      throw new UnusableDataException(
          "Cannot add rows to prepared data %s: it was prepared at once, without data.incremental; name another folder"
              .formatted(folder.uri()));
    }
  }

  private void requireSettingsOf(ShardManifest before, String format) {
    ObjectNode preparation = PreparationRecord.of(config, format, List.of());
    SettingsDifference.requireNone(folder, before, config, loaded, preparation);
  }

  private PreparedVersion prepare(
      SourceSnapshot now,
      SourceChange change,
      List<Integer> versions,
      List<SiloCounts> expected,
      Earlier earlier) {
    if (!change.isWhole()) {
      now.requireColumns(
          change.fresh(), change.selection(), config.silos().siloColumn(), config.silos().roles());
    }
    SortedSet<String> stale = stale(now, change, earlier);
    try (VersionWriter writer = VersionWriter.open(spark, folder, versions)) {
      return write(writer, now, change, stale, versions, expected, earlier);
    }
  }

  private PreparedVersion write(
      VersionWriter writer,
      SourceSnapshot now,
      SourceChange change,
      SortedSet<String> stale,
      List<Integer> versions,
      List<SiloCounts> expected,
      Earlier earlier) {
    int version = writer.version();
    RowSelection selection =
        stale.isEmpty()
            ? change.selection()
            : RowSelection.ofFiles(change.filesFor(earlier.state(), stale));
    InstructionSource source = open(now, selection);
    KnownRows all = KnownRows.of(config, change.versionsOfUnchanged(earlier.state()), stale);
    SortedSet<String> touched = touched(source, all, earlier);
    KnownRows known =
        earlier
            .manifest()
            .map(before -> all.holding(HeldIds.of(spark, folder, before, touched)))
            .orElse(all);
    LongAccumulator rows = spark.sparkContext().longAccumulator("rows encoded");
    RowEncoding encoding = Preparation.encoding(config, model, loaded, rows);
    TreeSet<String> allTrained = new TreeSet<>(earlier.state().allTrained());
    allTrained.removeAll(stale);
    touched.retainAll(allTrained);
    TrainedBefore trained = trained(earlier, touched);
    try (StagedRows staged = StagedRows.of(spark, config, source.rows(), known)) {
      Dataset<Row> encoded =
          trained.apply(encoding.applyTo(staged.rows())).persist(StorageLevel.MEMORY_AND_DISK());
      try {
        EncodedGroups groups =
            RowCount.telling(rows, progress, () -> groups(encoded, earlier, stale));
        allTrained.addAll(groups.allToTrain());
        List<RowGroup> live =
            RowGroup.merged(
                Stream.concat(
                        earlier.state().groups().stream()
                            .filter(group -> change.keeps(group, stale)),
                        groups.groups().stream().map(RowGroup::kept))
                    .toList());
        SiloTotals totals = SiloTotals.of(live, config.silos().silos());
        totals.requireRows();
        if (emptySilos == EmptySilos.REFUSED) {
          totals.requireNoEmptySilo();
          totals.requireStill(expected);
        }
        progress.writing(groups.accepted(), groups.acceptedSilos().size());
        Dataset<Row> accepted = encoded.where(col(InstructionRows.REASON).isNull());
        Preparation.write(
            accepted.withColumn(TokenShardSchema.SPLIT, groups.split(spark)),
            encoded.where(col(InstructionRows.REASON).isNotNull()),
            source,
            writer.rows());
        SiloProfiles profiles = SiloProfiles.of(accepted);
        List<SiloCounts> silos =
            new VersionSilos(earlier.silos(), stale, version)
                .counts(totals, groups.acceptedSilos(), profiles, writer);
        LengthQuantiles lengths = change.isWhole() ? profiles.lengths() : LengthQuantiles.UNKNOWN;
        ShardManifest manifest =
            manifest(change, source, totals, staged, silos, lengths, versions, version);
        now.requireUnchanged(selection);
        VersionState state =
            new VersionState(
                change.units(earlier.state(), groups.groups(), version),
                change.mark().stream().toList(),
                live,
                allTrained,
                change.isWhole()
                    ? new CountedSince(version)
                    : earlier.state().countedSince().after(version, stale, change.ended()));
        return new PreparedVersion(
            writer.commit(manifest, state),
            manifest,
            /* isNew= */ true,
            groups.rows(),
            change.lateRows(),
            List.copyOf(stale),
            change.mark());
      } finally {
        encoded.unpersist();
      }
    }
  }

  /** The silos that are prepared again: those that rows of changed files were in, or are in now. */
  private SortedSet<String> stale(SourceSnapshot now, SourceChange change, Earlier earlier) {
    if (change.ended().isEmpty()) {
      return new TreeSet<>();
    }
    TreeSet<String> stale = new TreeSet<>(change.silosOfEndedFiles(earlier.state()));
    TreeSet<String> changed = new TreeSet<>(change.fresh());
    changed.retainAll(change.ended());
    InstructionSource source = open(now, RowSelection.ofFiles(changed));
    try (StagedRows staged = StagedRows.of(spark, config, source.rows())) {
      staged
          .rows()
          .select(TokenShardSchema.SILO)
          .where(col(TokenShardSchema.SILO).isNotNull())
          .distinct()
          .collectAsList()
          .forEach(row -> stale.add(row.getString(0)));
    }
    return stale;
  }

  /**
   * The silos of earlier rows that may have to do with those to prepare: where a column says so,
   * those that these are in. The ids of others are not read.
   *
   * @param known tells which rows are prepared
   */
  private SortedSet<String> touched(InstructionSource source, KnownRows known, Earlier earlier) {
    TreeSet<String> silos = new TreeSet<>();
    earlier.silos().stream().map(SiloCounts::name).forEach(silos::add);
    silos.removeAll(known.stale());
    if (silos.isEmpty() || config.silos().siloColumn().isEmpty()) {
      return silos;
    }
    Dataset<Row> placed =
        PlacedRows.placed(source.rows(), config.silos().assignment(config.seed(), Census.NONE));
    silos.retainAll(
        new TreeSet<>(
            known
                .wanted(placed)
                .select(TokenShardSchema.SILO)
                .where(col(TokenShardSchema.SILO).isNotNull())
                .distinct()
                .as(Encoders.STRING())
                .collectAsList()));
    return silos;
  }

  private TrainedBefore trained(Earlier earlier, Set<String> silos) {
    boolean isOfContent = KnownRows.Ids.of(config) == KnownRows.Ids.OF_CONTENT;
    return new TrainedBefore(
        earlier
            .manifest()
            .filter(manifest -> isOfContent && !silos.isEmpty())
            .map(manifest -> HeldIds.of(spark, folder, manifest, silos)));
  }

  private EncodedGroups groups(Dataset<Row> encoded, Earlier earlier, Set<String> stale) {
    config.source().columns().id().ifPresent(id -> PlacedRows.requireUniqueIds(encoded, id));
    boolean byFile = highWater().isEmpty();
    Set<String> training = new TreeSet<>();
    earlier.silos().stream()
        .filter(silo -> !stale.contains(silo.name()) && silo.train().exampleCount() > 0)
        .forEach(silo -> training.add(silo.name()));
    return EncodedGroups.of(encoded, byFile, training::contains);
  }

  private InstructionSource open(SourceSnapshot now, RowSelection selection) {
    return now.open(selection, config.silos().siloColumn(), config.silos().roles());
  }

  private ShardManifest manifest(
      SourceChange change,
      InstructionSource source,
      SiloTotals totals,
      StagedRows staged,
      List<SiloCounts> silos,
      LengthQuantiles lengths,
      List<Integer> versions,
      int version) {
    long written = silos.stream().mapToLong(SiloCounts::exampleCount).sum();
    if (written != totals.rowsOut()) {
      throw new IllegalStateException("%d rows written of %d".formatted(written, totals.rowsOut()));
    }
    return new ShardManifest(
        ShardManifest.SCHEMA_VERSION,
        loaded.tokenizer().sha256(),
        loaded.template().name(),
        config.maxLength(),
        config.seed(),
        PreparationRecord.of(config, source.format(), change.files()),
        totals.rowsIn(),
        totals.rowsOut(),
        totals.quarantinedByReason(),
        totals.stages(staged.stages(), Optional.empty()),
        silos,
        lengths,
        ShardManifest.contentSha256(silos),
        Stream.concat(versions.stream(), Stream.of(version)).toList());
  }

  /** What earlier versions left: nothing in the first. */
  private record Earlier(
      List<SiloCounts> silos, VersionState state, Optional<ShardManifest> manifest) {

    static final Earlier NONE = new Earlier(List.of(), VersionState.NONE, Optional.empty());
  }
}
