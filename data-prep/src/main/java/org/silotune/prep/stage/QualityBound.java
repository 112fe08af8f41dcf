package org.silotune.prep.stage;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.silotune.udf.text.TextQuality;

/**
 * A bound on a figure of a text.
 *
 * @param least whether the figure must be at least the limit, else at most
 */
record QualityBound(Figure figure, boolean least, double limit) implements Serializable {

  /** The figures that have bounds. */
  enum Figure {
    WORDS,
    MEAN_WORD_LENGTH,
    SYMBOL_RATIO,
    ALPHABETIC_WORDS,
    BULLET_LINES,
    ELLIPSIS_LINES,
    STOP_WORDS,
    DUPLICATE_LINES,
    DISTINCT_WORDS;

    double of(TextQuality text) {
      return switch (this) {
        case WORDS -> text.words();
        case MEAN_WORD_LENGTH -> text.meanWordLength();
        case SYMBOL_RATIO -> text.symbolRatio();
        case ALPHABETIC_WORDS -> text.alphabeticWords();
        case BULLET_LINES -> text.bulletLines();
        case ELLIPSIS_LINES -> text.ellipsisLines();
        case STOP_WORDS -> text.stopWords();
        case DUPLICATE_LINES -> text.duplicateLines();
        case DISTINCT_WORDS -> text.distinctWords();
      };
    }
  }

  /** Returns what is wrong with a text, if this is. */
  Optional<String> fault(TextQuality text) {
    double value = figure.of(text);
    boolean holds = least ? value >= limit : value <= limit;
    return holds
        ? Optional.empty()
        : Optional.of(
            "%s %s, %s %s"
                .formatted(
                    figure.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    shown(value),
                    least ? "at least" : "at most",
                    shown(limit)));
  }

  static String shown(double value) {
    return value == Math.rint(value)
        ? "%d".formatted((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
