package org.silotune.prep.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.shard.RowGroup;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardSchema;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.SiloSet;

/**
 * How the encoded rows of one version fared, in groups.
 *
 * @param groups in the splits that the rows are written to
 * @param allToTrain silos whose rows are all trained on: the hash leaves them without a training
 *     row, and no earlier version has one
 */
record EncodedGroups(List<RowGroup> groups, Set<String> allToTrain) {

  private static final Comparator<RowGroup> ORDER =
      Comparator.comparing(RowGroup::file)
          .thenComparing(RowGroup::silo)
          .thenComparing(RowGroup::split)
          .thenComparing(RowGroup::reason)
          .thenComparing(RowGroup::stage)
          .thenComparing(group -> group.marks().toString());

  /**
   * Counts encoded rows.
   *
   * @param byFile whether each file's rows are counted apart
   * @param hasTraining silos that have training rows from earlier versions
   */
  static EncodedGroups of(Dataset<Row> encoded, boolean byFile, Predicate<String> hasTraining) {
    Column file = byFile ? coalesce(col(InstructionRows.FILE), lit("")) : lit("");
    List<RowGroup> groups =
        encoded
            .groupBy(
                file,
                text(TokenShardSchema.SILO),
                text(TokenShardSchema.SPLIT),
                text(InstructionRows.REASON),
                text(InstructionRows.STAGE),
                col(InstructionRows.MARKS))
            .agg(count(lit(1)), sum(when(col(RowEncoding.TRUNCATED), lit(1L)).otherwise(lit(0L))))
            .collectAsList()
            .stream()
            .map(EncodedGroups::group)
            .sorted(ORDER)
            .toList();
    TreeSet<String> allToTrain =
        groups.stream()
            .filter(RowGroup::wasAccepted)
            .map(RowGroup::silo)
            .filter(hasTraining.negate())
            .collect(Collectors.toCollection(TreeSet::new));
    groups.stream()
        .filter(group -> group.split().equals(Split.TRAIN.label()))
        .map(RowGroup::silo)
        .forEach(allToTrain::remove);
    return new EncodedGroups(
        groups.stream()
            .map(group -> trains(group, allToTrain) ? group.withSplit(Split.TRAIN) : group)
            .toList(),
        allToTrain);
  }

  /** Returns the rows of all groups. */
  long rows() {
    return groups.stream().mapToLong(RowGroup::rows).sum();
  }

  /** Returns the silos that have rows in the shards, in name order. */
  TreeSet<String> acceptedSilos() {
    return groups.stream()
        .filter(RowGroup::wasAccepted)
        .map(RowGroup::silo)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  long accepted() {
    return groups.stream().filter(RowGroup::wasAccepted).mapToLong(RowGroup::rows).sum();
  }

  /** Returns the column of a row's split. */
  Column split(SparkSession spark) {
    return when(SiloSet.contains(spark, allToTrain), lit(Split.TRAIN.label()))
        .otherwise(col(TokenShardSchema.SPLIT));
  }

  private static boolean trains(RowGroup group, Set<String> allToTrain) {
    return group.wasAccepted() && allToTrain.contains(group.silo());
  }

  private static Column text(String column) {
    return coalesce(col(column), lit(""));
  }

  private static RowGroup group(Row row) {
    return new RowGroup(
        row.getString(0),
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.isNullAt(5) ? List.of() : row.getList(5),
        row.getLong(6),
        row.getLong(7));
  }
}
