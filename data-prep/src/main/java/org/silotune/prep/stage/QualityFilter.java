package org.silotune.prep.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.silotune.prep.PreparationException;
import org.silotune.prep.stage.QualityBound.Figure;
import org.silotune.udf.text.TextQuality;

/**
 * Drops rows a figure of whose text is outside its bounds: {@link TextQuality}, which says what
 * each figure is. A bound that is not given does not count.
 *
 * @param of whose text is measured
 */
public record QualityFilter(
    Part of,
    OptionalInt minWords,
    OptionalInt maxWords,
    OptionalDouble minMeanWordLength,
    OptionalDouble maxMeanWordLength,
    OptionalDouble maxSymbolRatio,
    OptionalDouble minAlphabeticWords,
    OptionalDouble maxBulletLines,
    OptionalDouble maxEllipsisLines,
    OptionalInt minStopWords,
    OptionalDouble maxDuplicateLines,
    OptionalDouble minDistinctWords) {

  /** What is measured of a row. */
  public enum Part {
    /** All its texts. */
    ROW,
    /** What is to be learnt: the output, or the assistant's turns. */
    ANSWER
  }

  public QualityFilter {
    requireNotNegative("min-words", real(minWords));
    requireNotNegative("max-words", real(maxWords));
    requireNotNegative("min-mean-word-length", minMeanWordLength);
    requireNotNegative("max-mean-word-length", maxMeanWordLength);
    requireNotNegative("max-symbol-ratio", maxSymbolRatio);
    requireNotNegative("min-stop-words", real(minStopWords));
    requireShare("min-alphabetic-words", minAlphabeticWords);
    requireShare("max-bullet-lines", maxBulletLines);
    requireShare("max-ellipsis-lines", maxEllipsisLines);
    requireShare("max-duplicate-lines", maxDuplicateLines);
    requireShare("min-distinct-words", minDistinctWords);
    requireOrder("words", real(minWords), real(maxWords));
    requireOrder("mean-word-length", minMeanWordLength, maxMeanWordLength);
  }

  /** Returns the filter of whole rows without a bound: one has to be set. */
  public static QualityFilter defaults() {
    OptionalInt noCount = OptionalInt.empty();
    OptionalDouble none = OptionalDouble.empty();
    return new QualityFilter(
        Part.ROW, noCount, noCount, none, none, none, none, none, none, noCount, none, none);
  }

  /**
   * Returns the stage.
   *
   * @throws PreparationException if it has no bound
   */
  Stage stage() {
    List<QualityBound> bounds = new ArrayList<>();
    add(bounds, Figure.WORDS, true, real(minWords));
    add(bounds, Figure.WORDS, false, real(maxWords));
    add(bounds, Figure.MEAN_WORD_LENGTH, true, minMeanWordLength);
    add(bounds, Figure.MEAN_WORD_LENGTH, false, maxMeanWordLength);
    add(bounds, Figure.SYMBOL_RATIO, false, maxSymbolRatio);
    add(bounds, Figure.ALPHABETIC_WORDS, true, minAlphabeticWords);
    add(bounds, Figure.BULLET_LINES, false, maxBulletLines);
    add(bounds, Figure.ELLIPSIS_LINES, false, maxEllipsisLines);
    add(bounds, Figure.STOP_WORDS, true, real(minStopWords));
    add(bounds, Figure.DUPLICATE_LINES, false, maxDuplicateLines);
    add(bounds, Figure.DISTINCT_WORDS, true, minDistinctWords);
    if (bounds.isEmpty()) {
      throw new PreparationException(
          "Invalid quality filter: it has no bound; set one, such as min-words, or set quality to none");
    }
    return new QualityStage(of, bounds);
  }

  private static void add(
      List<QualityBound> bounds, Figure figure, boolean least, OptionalDouble limit) {
    limit.ifPresent(value -> bounds.add(new QualityBound(figure, least, value)));
  }

  private static String shown(OptionalDouble value) {
    return QualityBound.shown(value.getAsDouble());
  }

  private static OptionalDouble real(OptionalInt value) {
    return value.isPresent() ? OptionalDouble.of(value.getAsInt()) : OptionalDouble.empty();
  }

  private static void requireNotNegative(String name, OptionalDouble bound) {
    if (bound.isPresent() && !(bound.getAsDouble() >= 0)) {
      throw new PreparationException("Invalid %s %s: must be >= 0".formatted(name, shown(bound)));
    }
  }

  private static void requireShare(String name, OptionalDouble bound) {
    if (bound.isPresent() && !(bound.getAsDouble() >= 0 && bound.getAsDouble() <= 1)) {
      throw new PreparationException(
          "Invalid %s %s: must be in [0, 1]".formatted(name, shown(bound)));
    }
  }

  private static void requireOrder(String name, OptionalDouble min, OptionalDouble max) {
    if (min.isPresent() && max.isPresent() && min.getAsDouble() > max.getAsDouble()) {
      throw new PreparationException(
          "Invalid min-%1$s %2$s: must be at most max-%1$s %3$s"
              .formatted(name, shown(min), shown(max)));
    }
  }
}
