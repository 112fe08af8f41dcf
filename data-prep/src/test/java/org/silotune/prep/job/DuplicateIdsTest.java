package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.split.Pathological;
import org.silotune.prep.stage.NearDuplicates;
import org.silotune.prep.stage.StagesConfig;

/** Columns that cannot play the role they are given, found before they cost much. */
@ExtendWith(SparkSessionExtension.class)
final class DuplicateIdsTest {

  @TempDir Path temp;

  @Test
  void idsAreCheckedBeforeNearDuplicatesAreLookedForByThem(SparkSession spark) throws IOException {
    RawData data = RawData.in(temp);
    String row = "{\"uid\": \"x\", \"silo\": \"n\", \"instruction\": \"a\", \"output\": \"b\"}";
    PrepareConfig config =
        RawData.config(data.write("a.jsonl", Collections.nCopies(50, row)))
            .withStages(
                new StagesConfig(
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.of(NearDuplicates.defaults()),
                    Optional.empty()));
    PrepareConfig withIds =
        config.withSource(config.source().withColumns(config.source().columns().withId("uid")));

    // no stage has been asked for its rows yet
    assertThatThrownBy(
            () -> StagedRows.of(spark, withIds, Preparation.source(spark, withIds).rows()))
        .isInstanceOf(PreparationException.class)
        .hasMessageContaining("x occurs 50 times in silo n");
  }

  @Test
  void categoriesThatAreNoLabelsAreNotCounted(SparkSession spark) throws IOException {
    RawData data = RawData.in(temp);
    StringBuilder rows = new StringBuilder("silo,category,instruction,output\n");
    for (int i = 0; i <= StagedRows.MOST_CATEGORIES; i++) {
      rows.append("n,c").append(i).append(",a,b\n");
    }
    PrepareConfig config =
        RawData.config(java.nio.file.Files.writeString(temp.resolve("a.csv"), rows))
            .withSilos(new Pathological(2, 1, Pathological.Choice.DETERMINISTIC));

    assertThatThrownBy(() -> data.prepare(spark, config))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot deal out rows by category: column category has more than 10000 values; name a column of labels in data.source.columns.category, or other silos (iid, dirichlet, size-skewed)");
  }
}
