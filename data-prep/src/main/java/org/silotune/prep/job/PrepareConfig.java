package org.silotune.prep.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.prep.PreparationException;
import org.silotune.prep.dataset.NamedDataset;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.HoldoutConfig;
import org.silotune.prep.split.SiloPartitioner;
import org.silotune.prep.stage.StagesConfig;

/**
 * Settings of a preparation.
 *
 * @param source where raw rows come from
 * @param silos which silo a row belongs to
 * @param stages what is done to texts and which rows are dropped before they are tokenised
 * @param holdout how much of every silo is held out
 * @param seed of the silo assignment and the splits
 * @param template a chat template by name, or {@code auto} for the model's own
 * @param maxLength longest example, in tokens, at least 2; at most the model's context
 * @param overlong what becomes of a longer example
 * @param incremental how new rows are told from old ones, if the folder takes in new rows
 * @param sink a table that {@code prepare} writes beside the folder
 */
public record PrepareConfig(
    SourceConfig source,
    SiloPartitioner silos,
    StagesConfig stages,
    HoldoutConfig holdout,
    long seed,
    String template,
    int maxLength,
    OverlongPolicy overlong,
    Optional<IncrementalConfig> incremental,
    Optional<SinkConfig> sink) {

  /** The template name that stands for the model's own. */
  public static final String AUTO_TEMPLATE = "auto";

  public PrepareConfig {
    requireNonNull(source, "source");
    requireNonNull(silos, "silos");
    requireNonNull(stages, "stages");
    requireNonNull(holdout, "holdout");
    requireNonNull(template, "template");
    requireNonNull(overlong, "overlong");
    requireNonNull(incremental, "incremental");
    requireNonNull(sink, "sink");
    if (maxLength < 2) {
      throw new PreparationException("Invalid max-length %d: must be >= 2".formatted(maxLength));
    }
  }

  /** Returns the name of a template that is not the model's own. */
  static Optional<String> templateName(String template) {
    return Optional.of(template).filter(name -> !name.equals(AUTO_TEMPLATE));
  }

  /** Returns silos by a column called silo, a tenth each for validation and test, 512 tokens. */
  public static PrepareConfig defaults() {
    return new PrepareConfig(
        SourceConfig.defaults(),
        ByColumn.defaults(),
        StagesConfig.defaults(),
        HoldoutConfig.defaults(),
        0,
        AUTO_TEMPLATE,
        512,
        OverlongPolicy.TRUNCATE,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the defaults with the files, columns and silos of a named data set. */
  public static PrepareConfig of(NamedDataset dataset) {
    return defaults().withSource(dataset.source()).withSilos(dataset.silos());
  }

  /** Returns the settings with another source. */
  public PrepareConfig withSource(SourceConfig newSource) {
    return new PrepareConfig(
        newSource, silos, stages, holdout, seed, template, maxLength, overlong, incremental, sink);
  }

  /** Returns the settings with other silos. */
  public PrepareConfig withSilos(SiloPartitioner newSilos) {
    return new PrepareConfig(
        source, newSilos, stages, holdout, seed, template, maxLength, overlong, incremental, sink);
  }

  /** Returns the settings with other stages. */
  public PrepareConfig withStages(StagesConfig newStages) {
    return new PrepareConfig(
        source, silos, newStages, holdout, seed, template, maxLength, overlong, incremental, sink);
  }

  /** Returns the settings with other held-out fractions. */
  public PrepareConfig withHoldout(HoldoutConfig newHoldout) {
    return new PrepareConfig(
        source, silos, stages, newHoldout, seed, template, maxLength, overlong, incremental, sink);
  }

  /** Returns the settings with another seed. */
  public PrepareConfig withSeed(long newSeed) {
    return new PrepareConfig(
        source, silos, stages, holdout, newSeed, template, maxLength, overlong, incremental, sink);
  }

  /** Returns the settings with a template by name. */
  public PrepareConfig withTemplate(String newTemplate) {
    return new PrepareConfig(
        source, silos, stages, holdout, seed, newTemplate, maxLength, overlong, incremental, sink);
  }

  /** Returns the settings with another limit and what becomes of longer examples. */
  public PrepareConfig withMaxLength(int newMaxLength, OverlongPolicy newOverlong) {
    return new PrepareConfig(
        source,
        silos,
        stages,
        holdout,
        seed,
        template,
        newMaxLength,
        newOverlong,
        incremental,
        sink);
  }

  /** Returns the settings of a folder that takes in new rows. */
  public PrepareConfig withIncremental(IncrementalConfig newIncremental) {
    return new PrepareConfig(
        source,
        silos,
        stages,
        holdout,
        seed,
        template,
        maxLength,
        overlong,
        Optional.of(newIncremental),
        sink);
  }

  /** Returns the settings of a folder that a table follows. */
  public PrepareConfig withSink(SinkConfig newSink) {
    return new PrepareConfig(
        source,
        silos,
        stages,
        holdout,
        seed,
        template,
        maxLength,
        overlong,
        incremental,
        Optional.of(newSink));
  }
}
