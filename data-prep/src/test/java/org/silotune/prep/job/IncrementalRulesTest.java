package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.split.Iid;
import org.silotune.prep.split.InnerDirichlet;
import org.silotune.prep.split.NaturalId;
import org.silotune.prep.split.Pathological;
import org.silotune.prep.split.Shards;
import org.silotune.prep.split.SiloPartitioner;
import org.silotune.prep.stage.NearDuplicates;
import org.silotune.prep.stage.StagesConfig;

/** What is refused because old rows would not stay what they are. */
@ExtendWith(SparkSessionExtension.class)
final class IncrementalRulesTest {

  @TempDir Path temp;
  private IncrementalData data;

  @BeforeEach
  void begin(SparkSession spark) throws IOException {
    data = IncrementalData.in(temp, spark);
    data.write("a.jsonl", RawData.rows("north", 6));
  }

  @Test
  void silosThatNeedTotalsAreRefused() {
    assertRefused(InnerDirichlet.defaults(), "inner-dirichlet");
    assertRefused(Pathological.defaults(), "pathological");
    assertRefused(Shards.defaults(), "shards");
    assertThatThrownBy(() -> data.prepare(data.byFiles().withSilos(new NaturalId("silo", 5))))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot prepare incrementally with data.silos.min-rows 5: which silos are too small depends on all their rows, and new ones would bring old ones back; set it to 1, or leave data.incremental out");
    assertThat(data.prepare(data.byFiles().withSilos(new NaturalId("silo", 1))).isNew()).isTrue();
  }

  @Test
  void stagesThatCompareRowsAreRefused() {
    StagesConfig near =
        new StagesConfig(
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(NearDuplicates.defaults()),
            Optional.empty());
    assertThatThrownBy(() -> data.prepare(data.byFiles().withStages(near)))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot prepare incrementally with data.stages.near-duplicates: a new row would have to be compared with the texts of old ones, which are not kept; leave the stage out and remove duplicates at the source, or leave data.incremental out");
  }

  @Test
  void otherSettingsAreNamedAndPreparedOnlyWhenAskedFor() throws IOException {
    PreparedVersion first = data.prepare(data.byFiles());
    PrepareConfig other =
        data.byFiles()
            .withSilos(new Iid(2))
            .withSeed(7)
            .withTemplate("alpaca")
            .withMaxLength(256, OverlongPolicy.QUARANTINE);
    assertThatThrownBy(() -> data.prepare(other, EmptySilos.ALLOWED, RowScope.NEW))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot add rows to prepared data %s: max-length: was 512, now 256, overlong: was truncate, now quarantine, seed: was 0, now 7, silos.column: was silo, now absent, silos.count: was absent, now 2, silos.kind: was column, now iid, template: was chatml, now alpaca; undo the change, name another folder, or prepare all rows again with --rebuild",
            first.folder().uri());
    assertThatThrownBy(() -> data.prepare(data.by("n")))
        .hasMessageContaining("incremental.high-water: was absent, now n");

    PreparedVersion second = data.prepare(other, EmptySilos.ALLOWED, RowScope.ALL);
    assertThat(second.manifest().versions()).containsExactly(1, 2);
    assertThat(second.manifest().siloNames()).containsExactly("silo-0", "silo-1");
    assertThat(second.manifest().rowsIn()).isEqualTo(6);
    assertThat(data.prepare(other, EmptySilos.ALLOWED, RowScope.NEW).isNew()).isFalse();
  }

  @Test
  void foldersOfTheTwoKindsAreNotMixed() {
    String once = temp.resolve("out-0").toString();
    data.atOnce(data.byFiles());
    IncrementalData other = data.to("out-0");
    assertThatThrownBy(() -> other.prepare(data.byFiles()))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot add rows to prepared data %s: it was prepared at once, without data.incremental; name another folder",
            PreparedFolder.at(once).uri());
  }

  private void assertRefused(SiloPartitioner silos, String kind) {
    assertThatThrownBy(() -> data.prepare(data.byFiles().withSilos(silos)))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot prepare incrementally with data.silos %s: which silo a row belongs to depends on the rows of each category, so old rows would change silo when new ones come; use column, natural-id, iid, dirichlet or size-skewed, or leave data.incremental out",
            kind);
  }
}
