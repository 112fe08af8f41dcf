package org.silotune.prep.stage;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Which stages a preparation has, in the order in which they run. Those up to {@code redact} come
 * before rows get their silo and example id, which are therefore those of the text that is written.
 *
 * @param normalise whether texts are brought to Unicode form NFC without control characters
 * @param language which languages are kept
 * @param quality bounds on figures of the text
 * @param redact placeholders for personal data
 * @param exactDuplicates whether one of equal rows of a silo is kept
 * @param nearDuplicates how alike rows of a silo may be
 * @param contamination the check against evaluation sets
 */
public record StagesConfig(
    boolean normalise,
    Optional<LanguageFilter> language,
    Optional<QualityFilter> quality,
    Optional<Redaction> redact,
    boolean exactDuplicates,
    Optional<NearDuplicates> nearDuplicates,
    Optional<Contamination> contamination) {

  public StagesConfig {
    quality.ifPresent(filter -> requireNonNull(filter.stage()));
    contamination.ifPresent(Contamination::requireSet);
  }

  /** Returns no stage at all. */
  public static StagesConfig defaults() {
    return new StagesConfig(
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the stages before rows get their silo, in order. */
  public List<Stage> beforeSilos() {
    List<Stage> stages = new ArrayList<>();
    if (normalise) {
      stages.add(new Normalisation());
    }
    language.ifPresent(stages::add);
    quality.map(QualityFilter::stage).ifPresent(stages::add);
    redact.ifPresent(stages::add);
    return List.copyOf(stages);
  }

  /** What is done to a row's texts before they are compared, in order. */
  private List<TextEdit> textEdits() {
    return beforeSilos().stream()
        .filter(TextEdit.class::isInstance)
        .map(TextEdit.class::cast)
        .toList();
  }

  /** Returns the stages inside silos, in order; evaluation sets are read for it. */
  public List<Stage> insideSilos(SparkSession spark) {
    List<Stage> stages = new ArrayList<>();
    if (exactDuplicates) {
      stages.add(new ExactDuplicates());
    }
    nearDuplicates.ifPresent(stages::add);
    contamination
        .map(check -> ContaminationStage.open(spark, check, textEdits()))
        .ifPresent(stages::add);
    return List.copyOf(stages);
  }
}
