package org.silotune.prep.stage;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.source.EvaluationTexts;
import org.silotune.udf.text.WordNgrams;

/**
 * The runs of words of evaluation sets, as sorted hashes: small enough for every executor, eight
 * bytes a run.
 *
 * @param sets by name
 */
record EvaluationRuns(List<Set> sets) implements Serializable {

  /** One set's distinct runs. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
  record Set(String name, long[] runs) implements Serializable {}

  /**
   * What a row shares with the set it shares most with.
   *
   * @param found of its runs that stand in the set
   * @param runs of the row
   */
  record Overlap(String set, int found, int runs) {

    double share() {
      return (double) found / runs;
    }
  }

  EvaluationRuns {
    sets = List.copyOf(sets);
  }

  /**
   * Reads the sets.
   *
   * @param edits what is done to their texts first, in order
   * @throws UnusableDataException if no text of a set is long enough to be found
   */
  static EvaluationRuns read(SparkSession spark, Contamination settings, List<TextEdit> edits) {
    return new EvaluationRuns(
        settings.locations().stream()
            .flatMap(location -> EvaluationTexts.open(spark, location).stream())
            .map(set -> new Set(set.name(), runs(set, settings.words(), List.copyOf(edits))))
            .toList());
  }

  private static long[] runs(EvaluationTexts.Set set, int words, List<TextEdit> edits) {
    FlatMapFunction<Iterator<String>, Long> hashes =
        texts -> {
          WordNgrams ngrams = new WordNgrams(words);
          List<UnaryOperator<String>> editors = edits.stream().map(TextEdit::editor).toList();
          Iterable<String> all = () -> texts;
          return StreamSupport.stream(all.spliterator(), /* parallel= */ false)
              .flatMap(
                  text -> LongStream.of(ngrams.hashesWithLetters(edited(text, editors))).boxed())
              .iterator();
        };
    long[] runs =
        set.texts().mapPartitions(hashes).distinct().collect().stream()
            .mapToLong(Long::longValue)
            .sorted()
            .toArray();
    if (runs.length == 0) {
      throw new UnusableDataException(
          "Cannot look for evaluation set %s in the rows: none of its %d texts has %d words with a letter among them; lower data.stages.contamination.words, or leave the set out"
              .formatted(set.name(), set.texts().count(), words));
    }
    return runs;
  }

  private static String edited(String text, List<UnaryOperator<String>> editors) {
    String edited = text;
    for (UnaryOperator<String> editor : editors) {
      edited = editor.apply(edited);
    }
    return edited;
  }

  /** Returns the largest overlap, of the first set where several have it; none without one. */
  Optional<Overlap> of(long[] row) {
    Optional<Overlap> largest = Optional.empty();
    for (Set set : sets) {
      int found = 0;
      for (long run : row) {
        found += Arrays.binarySearch(set.runs(), run) >= 0 ? 1 : 0;
      }
      if (found > largest.map(Overlap::found).orElse(0)) {
        largest = Optional.of(new Overlap(set.name(), found, row.length));
      }
    }
    return largest;
  }
}
