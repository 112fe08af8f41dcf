package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.tokenizer.ChatTemplate;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.llm.tokenizer.TokenizerLoader;
import org.silotune.prep.PreparationException;
import org.silotune.prep.dataset.DatasetHub;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.StageCounts;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.shard.TokenShardWriter;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.source.InstructionSource;
import org.silotune.prep.source.LineNumbers;
import org.silotune.prep.source.SourceSnapshot;

/**
 * The preparation of silo data: raw rows to a {@link PreparedFolder}.
 *
 * <pre>
 * source -> instruction rows -> stages -> silo, example id -> stages -> tokens, split -> shards
 *                  \-> quarantine <-/-----------<---------------/-<------------/   + held-out rows
 *                                                                                  + manifest
 * </pre>
 *
 * The result depends on the rows, the settings and the tokenizer alone: not on the master, on the
 * partitioning of the input or on the order of its rows.
 */
public final class Preparation {

  private Preparation() {}

  /**
   * Prepares a source.
   *
   * @param model whose tokenizer and template are used: a Hugging Face folder, a tokenizer.json or
   *     a GGUF file, at the same path on every host
   * @param folder path or URI of the folder to write: absent or empty
   * @throws PreparationException for bad settings, a bad source or an occupied folder
   * @throws LlmException if the tokenizer or its template cannot be used
   */
  public static PreparedFolder run(
      SparkSession spark, PrepareConfig config, Path model, String folder) {
    return run(spark, config, EmptySilos.REFUSED, model, folder, PreparationProgress.SILENT);
  }

  /**
   * Prepares a source as {@link #run(SparkSession, PrepareConfig, Path, String)} does, and tells
   * how far it is.
   *
   * @param emptySilos what becomes of a silo none of whose rows is left
   */
  public static PreparedFolder run(
      SparkSession spark,
      PrepareConfig config,
      EmptySilos emptySilos,
      Path model,
      String folder,
      PreparationProgress progress) {
    TokenShardWriter writer = TokenShardWriter.open(spark, folder);
    SourceReading reading = SourceReading.open(spark, config);
    try (LoadedTokenizer loaded = load(model, PrepareConfig.templateName(config.template()))) {
      requireEncoder(loaded, config);
      return run(spark, config, emptySilos, model, loaded, reading, writer, progress);
    }
  }

  /**
   * Returns whether a folder holds what a preparation with a sink would make now: by its settings,
   * its tokenizer and the content of its source. No row is prepared.
   *
   * @param folder the folder's manifest
   * @param model as {@link #run(SparkSession, PrepareConfig, Path, String)} has it
   * @throws PreparationException if the source is missing
   */
  public static boolean isDone(
      SparkSession spark, ShardManifest folder, PrepareConfig config, Path model) {
    SourceSnapshot now = SourceReading.snapshot(spark, config);
    try (LoadedTokenizer loaded = load(model, PrepareConfig.templateName(config.template()))) {
      ObjectNode preparation = PreparationRecord.of(config, now.format(), List.of(), now.content());
      return now.content().isPresent()
          && SettingsDifference.of(folder, config, loaded, preparation).isEmpty();
    }
  }

  /**
   * Returns the steps of a preparation up to the tokens, in order, for those who measure them.
   *
   * @param model as {@link #run(SparkSession, PrepareConfig, Path, String)} has it
   */
  public static PreparationSteps steps(SparkSession spark, PrepareConfig config, Path model) {
    InstructionSource source = source(spark, config);
    try (LoadedTokenizer loaded = load(model, PrepareConfig.templateName(config.template()))) {
      requireEncoder(loaded, config);
      LongAccumulator rows = spark.sparkContext().longAccumulator("rows encoded");
      return PreparationSteps.of(
          source.rows(),
          StagedRows.of(spark, config, source.rows()),
          encoding(config, model, loaded, rows));
    }
  }

  /**
   * Opens the source of a preparation.
   *
   * @throws PreparationException if it is missing or lacks a column
   */
  public static InstructionSource source(SparkSession spark, PrepareConfig config) {
    return InstructionSource.open(
        spark,
        new DatasetHub(ModelCache.standard()).placed(config.source()),
        config.silos().siloColumn(),
        config.silos().roles());
  }

  private static PreparedFolder run(
      SparkSession spark,
      PrepareConfig config,
      EmptySilos emptySilos,
      Path model,
      LoadedTokenizer loaded,
      SourceReading reading,
      TokenShardWriter writer,
      PreparationProgress progress) {
    LongAccumulator rows = spark.sparkContext().longAccumulator("rows encoded");
    RowEncoding encoding = encoding(config, model, loaded, rows);
    try (StagedRows staged = StagedRows.of(spark, config, reading.source().rows())) {
      Dataset<Row> encoded =
          encoding.applyTo(staged.rows()).persist(StorageLevel.MEMORY_AND_DISK());
      try {
        CountedRows counted =
            RowCount.telling(rows, progress, () -> CountedRows.of(encoded, config));
        SiloTotals totals = counted.totals();
        totals.requireRows();
        if (emptySilos == EmptySilos.REFUSED) {
          totals.requireNoEmptySilo();
        }
        progress.writing(totals.rowsOut(), totals.silos().size());
        Column split = totals.split(spark);
        write(
            counted.accepted().withColumn(TokenShardSchema.SPLIT, split),
            counted.dropped(),
            reading.source(),
            writer);
        SiloProfiles profiles = SiloProfiles.of(counted.accepted());
        List<SiloCounts> silos = counts(totals, profiles, writer);
        List<StageCounts> stages = totals.stages(staged.stages(), counted.last());
        reading.requireUnchanged();
        return writer.commit(
            manifest(config, loaded, reading, totals, stages, silos, profiles.lengths()));
      } finally {
        encoded.unpersist();
      }
    }
  }

  /**
   * Writes all tables of a folder.
   *
   * @param accepted rows in their splits
   * @param dropped rows for quarantine
   */
  static void write(
      Dataset<Row> accepted,
      Dataset<Row> dropped,
      InstructionSource source,
      TokenShardWriter writer) {
    writer.writeEncoded(accepted);
    writer.writeHeldOutRows(
        accepted.where(not(col(TokenShardSchema.SPLIT).equalTo(Split.TRAIN.label()))));
    Dataset<Row> rejected =
        source
            .lineNumbers()
            .addTo(dropped)
            .select(
                InstructionRows.STAGE,
                InstructionRows.REASON,
                InstructionRows.DETAIL,
                InstructionRows.FILE,
                LineNumbers.LINE,
                InstructionRows.BYTE_OFFSET,
                TokenShardSchema.SILO,
                TokenShardSchema.EXAMPLE_ID);
    writer.writeQuarantine(
        rejected,
        InstructionRows.FILE,
        InstructionRows.BYTE_OFFSET,
        TokenShardSchema.SILO,
        TokenShardSchema.EXAMPLE_ID,
        InstructionRows.REASON,
        InstructionRows.DETAIL);
  }

  /** Counts what was written, and adds what only the encoding knows. */
  private static List<SiloCounts> counts(
      SiloTotals totals, SiloProfiles profiles, TokenShardWriter writer) {
    List<SiloCounts> counts = new ArrayList<>();
    for (SiloCounts silo : writer.countShards(totals.silos())) {
      String name = silo.name();
      counts.add(
          new SiloCounts(
              name,
              silo.train().withTruncatedCount(totals.truncated(name, Split.TRAIN)),
              silo.validation().withTruncatedCount(totals.truncated(name, Split.VALIDATION)),
              silo.test().withTruncatedCount(totals.truncated(name, Split.TEST)),
              totals.quarantined(name),
              profiles.of(name)));
    }
    return counts;
  }

  private static ShardManifest manifest(
      PrepareConfig config,
      LoadedTokenizer loaded,
      SourceReading reading,
      SiloTotals totals,
      List<StageCounts> stages,
      List<SiloCounts> silos,
      LengthQuantiles lengths) {
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
        reading.preparation(config),
        totals.rowsIn(),
        totals.rowsOut(),
        totals.quarantinedByReason(),
        stages,
        silos,
        lengths,
        ShardManifest.contentSha256(silos));
  }

  static LoadedTokenizer load(Path model, Optional<String> template) {
    return template
        .map(name -> TokenizerLoader.load(model, ChatTemplate.byName(name)))
        .orElseGet(() -> TokenizerLoader.load(model));
  }

  /** Fails on the driver, before any job, if template and tokenizer do not go together. */
  static void requireEncoder(LoadedTokenizer loaded, PrepareConfig config) {
    var unused =
        new PromptEncoder(
            loaded.tokenizer(), loaded.template(), config.maxLength(), config.overlong());
  }

  static RowEncoding encoding(
      PrepareConfig config, Path model, LoadedTokenizer loaded, LongAccumulator encoded) {
    return new RowEncoding(
        model.toAbsolutePath().toString(),
        config.template(),
        loaded.tokenizer().sha256(),
        config.maxLength(),
        config.overlong(),
        config.holdout(),
        config.seed(),
        encoded);
  }
}
