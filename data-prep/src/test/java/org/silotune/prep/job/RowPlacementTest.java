package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.split.Dirichlet;
import org.silotune.prep.split.HoldoutConfig;
import org.silotune.prep.split.Iid;

/** Which silo and which split the rows of a preparation go to. */
@ExtendWith(SparkSessionExtension.class)
final class RowPlacementTest {

  @TempDir Path temp;
  private RawData data;

  @BeforeEach
  void begin() {
    data = RawData.in(temp);
  }

  @Test
  void rowNeverChangesSiloOrSplitWhenOthersArrive(SparkSession spark) throws IOException {
    List<String> rows = RawData.rows("north", 40);
    PrepareConfig few =
        RawData.config(data.write("few.jsonl", rows.subList(0, 20))).withSilos(new Iid(2));
    PrepareConfig many = RawData.config(data.write("many.jsonl", rows)).withSilos(new Iid(2));

    Map<String, String> before = RawData.placement(spark, data.prepare(spark, few));
    Map<String, String> after = RawData.placement(spark, data.prepare(spark, many));

    assertThat(before).hasSize(20);
    assertThat(after).hasSize(40).containsAllEntriesOf(before);
  }

  @Test
  void equalRowsShareASplitAndHaveIdsOfTheirOwn(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.addAll(RawData.rows("north", 10));
    }
    Map<String, String> placement =
        RawData.placement(spark, data.prepare(spark, RawData.config(data.write("a.jsonl", rows))));

    assertThat(placement).hasSize(40);
    placement.forEach(
        (id, place) -> assertThat(placement.get(id.replaceAll("-\\d+$", "-0"))).isEqualTo(place));
  }

  @Test
  void siloWithOneRowIsAllTrain(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("big", 20));
    for (int i = 0; i < 8; i++) {
      rows.addAll(RawData.rows("single-" + i, 1));
    }
    ShardManifest manifest =
        data.prepare(
                spark,
                RawData.config(data.write("a.jsonl", rows))
                    .withHoldout(new HoldoutConfig(0.4, 0.4)))
            .manifest();

    for (int i = 0; i < 8; i++) {
      assertThat(manifest.silo("single-" + i).train().exampleCount()).isEqualTo(1);
    }
    assertThat(manifest.silo("big").test().exampleCount()).isPositive();
  }

  @Test
  void emptySiloIsAnErrorThatNamesItUnlessAllowed(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("north", 5));
    rows.add(RawData.row("south", "Ask", "", ""));
    PrepareConfig config = RawData.config(data.write("a.jsonl", rows));

    assertThatThrownBy(() -> data.prepare(spark, config))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot prepare: empty silo south (1 rows in quarantine: 1 by tokenise); set federated.allow-empty-silos to true to go on without it");
    ShardManifest manifest = data.prepare(spark, config, EmptySilos.ALLOWED).manifest();
    assertThat(manifest.siloNames()).containsExactly("north", "south");
    assertThat(manifest.silo("south").exampleCount()).isZero();
    assertThatThrownBy(
            () ->
                data.prepare(
                    spark,
                    RawData.config(data.write("one.jsonl", RawData.rows("north", 1)))
                        .withSilos(new Iid(2))))
        .hasMessageStartingWith("Cannot prepare: empty silo silo-");
  }

  @Test
  void silosThatDifferInCategoryNeedACategory(SparkSession spark) throws IOException {
    PrepareConfig config =
        RawData.config(data.write("a.jsonl", RawData.rows("north", 9)))
            .withSilos(new Dirichlet(2, 0.5));
    assertThatThrownBy(() -> data.prepare(spark, config))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Unknown column category (named as category): the source has input, instruction, output, silo; set data.source.columns.category");
  }

  @Test
  void idColumnMustTellRowsApart(SparkSession spark) throws IOException {
    List<String> rows =
        List.of(
            "{\"uid\": \"a1\", \"silo\": \"n\", \"instruction\": \"x\", \"output\": \"y\"}",
            "{\"uid\": \"a1\", \"silo\": \"m\", \"instruction\": \"x\", \"output\": \"y\"}",
            "{\"uid\": \"a1\", \"silo\": \"n\", \"instruction\": \"z\", \"output\": \"y\"}");
    SourceConfig source =
        SourceConfig.defaults()
            .withPath(data.write("a.jsonl", rows))
            .withColumns(ColumnMapping.defaults().withId("uid"));
    assertThatThrownBy(() -> data.prepare(spark, PrepareConfig.defaults().withSource(source)))
        .hasMessage(
            "Invalid id column uid: ids must be unique inside a silo, but a1 occurs 2 times in silo n; name another column, or none for ids made of the content");
  }
}
