package org.silotune.prep.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.RowGroup;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.StageCounts;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.SiloSet;
import org.silotune.prep.stage.SmallSilos;
import org.silotune.prep.stage.Stage;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What became of the rows, by silo: small enough for the driver, however large the data and however
 * many silos a stage has left out. It grows with the silos that a manifest names.
 */
final class SiloTotals {

  private record Total(long rows, long truncated) {
    static final Total NONE = new Total(0, 0);

    Total plus(Total other) {
      return new Total(rows + other.rows, truncated + other.truncated);
    }
  }

  private final TreeSet<String> silos;

  /** By silo and split, those with rows alone: lookups, for there may be ten thousand silos. */
  private final TreeMap<String, Map<Split, Total>> accepted = new TreeMap<>();

  private final TreeMap<String, Long> quarantinedByReason = new TreeMap<>();
  private final Map<String, TreeMap<String, Long>> quarantinedBySiloAndStage = new TreeMap<>();
  private final StageTotals stages = new StageTotals();
  private long truncated;

  private SiloTotals(List<Row> rows, List<String> requiredSilos) {
    silos = new TreeSet<>(requiredSilos);
    for (Row row : rows) {
      if (!row.isNullAt(0)) {
        silos.add(row.getString(0));
      }
      truncated += row.getLong(6);
      stages.addMarks(row.isNullAt(4) ? List.of() : row.getList(4), row.getLong(5));
      if (row.isNullAt(2)) {
        accepted
            .computeIfAbsent(row.getString(0), silo -> new EnumMap<>(Split.class))
            .merge(
                Split.of(row.getString(1)), new Total(row.getLong(5), row.getLong(6)), Total::plus);
      } else {
        addQuarantined(row);
      }
    }
  }

  private void addQuarantined(Row row) {
    String stage = row.getString(3);
    long count = row.getLong(5);
    quarantinedByReason.merge(row.getString(2), count, Long::sum);
    stages.addDropped(stage, count);
    if (!row.isNullAt(0)) {
      quarantinedBySiloAndStage
          .computeIfAbsent(row.getString(0), silo -> new TreeMap<>())
          .merge(stage, count, Long::sum);
    }
  }

  /**
   * Counts encoded rows.
   *
   * @param encoded with {@link SmallSilos#KEPT_SILO}
   * @param requiredSilos silos that exist even without a row
   */
  static SiloTotals of(Dataset<Row> encoded, List<String> requiredSilos) {
    return new SiloTotals(grouped(encoded).collectAsList(), requiredSilos);
  }

  /** Returns what the driver is told: the rows of silos that are left out as those of none. */
  static Dataset<Row> grouped(Dataset<Row> encoded) {
    return encoded
        .groupBy(
            SmallSilos.KEPT_SILO,
            TokenShardSchema.SPLIT,
            InstructionRows.REASON,
            InstructionRows.STAGE,
            InstructionRows.MARKS)
        .agg(count(lit(1)), sum(when(col(RowEncoding.TRUNCATED), lit(1L)).otherwise(lit(0L))));
  }

  /**
   * Adds up groups of rows in the splits they were written to.
   *
   * @param requiredSilos silos that exist even without a row
   */
  static SiloTotals of(List<RowGroup> groups, List<String> requiredSilos) {
    return new SiloTotals(groups.stream().map(SiloTotals::row).toList(), requiredSilos);
  }

  private static Row row(RowGroup group) {
    return RowFactory.create(
        group.silo().isEmpty() ? null : group.silo(),
        group.split().isEmpty() ? null : group.split(),
        group.reason().isEmpty() ? null : group.reason(),
        group.stage().isEmpty() ? null : group.stage(),
        CollectionConverters.asScala(group.marks()).toSeq(),
        group.rows(),
        group.truncated());
  }

  /** Returns the silos in name order, those without rows too. */
  List<String> silos() {
    return List.copyOf(silos);
  }

  long rowsOut() {
    return accepted.keySet().stream().mapToLong(this::rows).sum();
  }

  long rowsIn() {
    return rowsOut() + quarantinedByReason.values().stream().mapToLong(Long::longValue).sum();
  }

  SortedMap<String, Long> quarantinedByReason() {
    return Collections.unmodifiableSortedMap(quarantinedByReason);
  }

  long quarantined(String silo) {
    return quarantinedBySiloAndStage.getOrDefault(silo, new TreeMap<>()).values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /**
   * Returns what each step did.
   *
   * @param configured the stages before tokenising, in order
   * @param last the stage after it, if there is one
   */
  List<StageCounts> stages(List<Stage> configured, Optional<Stage> last) {
    return stages.counts(configured, last, rowsIn(), truncated);
  }

  /** Returns the truncated rows of a silo's split, as {@link #split} places them. */
  long truncated(String silo, Split split) {
    Map<Split, Total> bySplit = accepted.getOrDefault(silo, Map.of());
    if (bySplit.containsKey(Split.TRAIN)) {
      return bySplit.getOrDefault(split, Total.NONE).truncated();
    }
    return split == Split.TRAIN ? all(silo).truncated() : 0;
  }

  /**
   * Returns the column of a row's split: the hash's choice, but in a silo that the hash leaves
   * without a training row (one of a single row, say) all rows are trained on.
   */
  Column split(SparkSession spark) {
    return when(SiloSet.contains(spark, silosWithoutTraining()), lit(Split.TRAIN.label()))
        .otherwise(col(TokenShardSchema.SPLIT));
  }

  /**
   * Checks that there is something to learn in every silo.
   *
   * @throws PreparationException that names the empty ones
   */
  void requireNoEmptySilo() {
    List<String> empty = silos.stream().filter(silo -> rows(silo) == 0).toList();
    if (!empty.isEmpty()) {
      throw new UnusableDataException(
          "Cannot prepare: empty %s; set federated.allow-empty-silos to true to go on without %s"
              .formatted(
                  empty.stream()
                      .map(silo -> "silo %s (%s)".formatted(silo, quarantine(silo)))
                      .collect(Collectors.joining(", ")),
                  empty.size() == 1 ? "it" : "them"));
    }
  }

  /**
   * Checks that silos still have rows in the source, be they in quarantine.
   *
   * @param before silos as they were
   * @throws PreparationException that names those that have none
   */
  void requireStill(List<SiloCounts> before) {
    List<SiloCounts> gone =
        before.stream()
            .filter(silo -> silo.exampleCount() > 0 && !silos.contains(silo.name()))
            .toList();
    if (!gone.isEmpty()) {
      throw new UnusableDataException(
          "Cannot prepare: the source has no row any more of %s; bring back what is missing, set federated.allow-empty-silos to true to go on without %s, or prepare all rows again with --rebuild"
              .formatted(
                  gone.stream()
                      .map(
                          silo ->
                              "silo %s (%d examples)".formatted(silo.name(), silo.exampleCount()))
                      .collect(Collectors.joining(", ")),
                  gone.size() == 1 ? "it" : "them"));
    }
  }

  /**
   * Checks that there is a row at all.
   *
   * @throws PreparationException with what became of them
   */
  void requireRows() {
    if (rowsOut() == 0) {
      throw new UnusableDataException(
          "Cannot prepare: none of %d rows can be trained on; quarantined: %s"
              .formatted(rowsIn(), quarantinedByReason));
    }
  }

  private String quarantine(String silo) {
    Map<String, Long> byStage = quarantinedBySiloAndStage.getOrDefault(silo, new TreeMap<>());
    String rows = "%d rows in quarantine".formatted(quarantined(silo));
    return byStage.isEmpty()
        ? rows
        : byStage.entrySet().stream()
            .map(stage -> "%d by %s".formatted(stage.getValue(), stage.getKey()))
            .collect(Collectors.joining(", ", rows + ": ", ""));
  }

  private long rows(String silo) {
    return all(silo).rows();
  }

  private Total all(String silo) {
    return accepted.getOrDefault(silo, Map.of()).values().stream().reduce(Total.NONE, Total::plus);
  }

  private Set<String> silosWithoutTraining() {
    return accepted.entrySet().stream()
        .filter(silo -> !silo.getValue().containsKey(Split.TRAIN))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
