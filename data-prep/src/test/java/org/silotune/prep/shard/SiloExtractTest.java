package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;

@ExtendWith(SparkSessionExtension.class)
final class SiloExtractTest {

  @TempDir Path temp;

  @Test
  void aSiloHasTheSameRowsTextsAndHashesAsAmongTheOthers(SparkSession spark) throws IOException {
    PreparedFolder all = prepared(spark);
    PreparedFolder own = SiloExtract.write(all, List.of("b/ü 1", "a"), place("own"));
    ShardManifest manifest = own.manifest();
    assertThat(manifest.siloNames()).containsExactly("a", "b/ü 1");
    assertThat(manifest.silo("a")).isEqualTo(all.manifest().silo("a"));
    assertThat(manifest.rowsOut()).isEqualTo(41);
    assertThat(manifest.contentSha256())
        .isEqualTo(ShardManifest.contentSha256(manifest.silos()))
        .isNotEqualTo(all.manifest().contentSha256());
    for (String silo : manifest.siloNames()) {
      for (Split split : Split.values()) {
        assertThat(ids(own, silo, split)).isEqualTo(ids(all, silo, split));
      }
    }
    assertThat(HeldOutRowReader.read(own.shard(manifest, "a", Split.TEST))).hasSize(4);
    try (var files = Files.list(temp)) {
      assertThat(files.map(file -> file.getFileName().toString()).sorted())
          .containsExactly("all", "own");
    }
  }

  @Test
  void noOtherSiloAndNoPlaceThatIsTakenIsWrittenTo(SparkSession spark) {
    PreparedFolder all = prepared(spark);
    assertThatThrownBy(() -> SiloExtract.write(all, List.of("d"), place("own")))
        .isInstanceOf(PreparationException.class)
        .hasMessage("Unknown silo d: the prepared data has a, b/ü 1, c, empty");
    assertThatThrownBy(() -> SiloExtract.write(all, List.of("a"), all.uri()))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot copy silos into %s: it is not empty; name another folder or remove it",
            all.uri());
    assertThat(temp.resolve("own")).doesNotExist();
  }

  private PreparedFolder prepared(SparkSession spark) {
    TokenShardWriter writer = TokenShardWriter.open(spark, place("all"));
    writer.writeShards(Shards.dataset(spark, Shards.rows(1), 2));
    List<Row> texts =
        List.of("row-16", "row-17", "row-18", "row-19").stream()
            .map(id -> RowFactory.create(id, "", "Ask", "", List.of(), "Yes", "a", "test"))
            .toList();
    writer.writeHeldOutRows(spark.createDataFrame(texts, TokenShardSchema.HELD_OUT_ROWS));
    return writer.commit(Shards.manifest(writer.countShards(List.of("a", "b/ü 1", "c", "empty"))));
  }

  private static List<String> ids(PreparedFolder folder, String silo, Split split) {
    return TokenShardReader.read(folder.uri(), silo, split).stream()
        .map(TokenizedExample::id)
        .toList();
  }

  private String place(String name) {
    return temp.resolve(name).toString();
  }
}
