package org.silotune.prep.stage;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.SparkSession;
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

  static EvaluationRuns read(SparkSession spark, Contamination settings) {
    return new EvaluationRuns(
        settings.locations().stream()
            .flatMap(location -> EvaluationTexts.open(spark, location).stream())
            .map(set -> new Set(set.name(), runs(set, settings.words())))
            .toList());
  }

  private static long[] runs(EvaluationTexts.Set set, int words) {
    FlatMapFunction<java.util.Iterator<String>, Long> hashes =
        texts -> {
          WordNgrams ngrams = new WordNgrams(words);
          Iterable<String> all = () -> texts;
          return StreamSupport.stream(all.spliterator(), /* parallel= */ false)
              .flatMap(text -> LongStream.of(ngrams.hashes(text)).boxed())
              .iterator();
        };
    return set.texts().mapPartitions(hashes).distinct().collect().stream()
        .mapToLong(Long::longValue)
        .sorted()
        .toArray();
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
