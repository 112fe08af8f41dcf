package org.silotune.prep.stage;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.silotune.llm.NearestName;
import org.silotune.prep.PreparationException;

/**
 * Drops rows that are clearly in another language than those kept.
 *
 * <p>A row goes if the likeliest language of its texts is not kept and at least {@code margin}
 * times as likely as the likeliest of those kept. So texts that are too short to tell, code and
 * numbers stay.
 *
 * @param keep ISO 639-3 codes, such as {@code eng}
 * @param margin at least 1
 */
public record LanguageFilter(List<String> keep, double margin) implements RowByRow {

  public LanguageFilter {
    keep = List.copyOf(keep);
    if (keep.isEmpty()) {
      throw new PreparationException(
          "Invalid languages to keep: must name at least one, such as eng");
    }
    if (!(margin >= 1) || Double.isInfinite(margin)) {
      throw new PreparationException(
          "Invalid language margin %s: must be a finite number >= 1".formatted(margin));
    }
    List<String> known = LanguageGuess.languages();
    for (String language : keep) {
      if (!known.contains(language)) {
        throw new PreparationException(
            "Unknown language %s%s: known are %s"
                .formatted(language, NearestName.hint(language, known), String.join(", ", known)));
      }
    }
  }

  /** Returns the filter that keeps English. */
  public static LanguageFilter defaults() {
    return new LanguageFilter(List.of("eng"), 5);
  }

  @Override
  public String name() {
    return "language";
  }

  @Override
  public UnaryOperator<Row> open() {
    return row -> {
      LanguageGuess guess = LanguageGuess.of(StagedRow.text(row), keep);
      return guess.ratio() >= margin
          ? StagedRow.dropped(row, name(), DropReason.OTHER_LANGUAGE, guess.toString())
          : row;
    };
  }
}
