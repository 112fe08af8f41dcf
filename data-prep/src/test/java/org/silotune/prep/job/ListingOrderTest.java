package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;
import org.silotune.prep.source.SourceConfig;

/** File systems list a folder in an order of their own: it decides nothing. */
@ExtendWith(SparkSessionExtension.class)
final class ListingOrderTest {

  @TempDir Path temp;
  private RawData data;

  @BeforeEach
  void begin() {
    data = RawData.in(temp);
  }

  @Test
  void theOrderOfAListingChangesNeitherShardsNorManifest(SparkSession spark) throws IOException {
    Path parts = Files.createDirectory(temp.resolve("parts"));
    Files.write(parts.resolve("a.jsonl"), RawData.rows("south", 9));
    Files.write(parts.resolve("b.jsonl"), RawData.rows("north", 12));
    Files.write(parts.resolve("c.jsonl"), RawData.rows("south", 5)); // repeated rows

    PreparedFolder expected = data.prepare(spark, RawData.config(parts));
    PreparedFolder reversed =
        Preparation.run(
            spark,
            PrepareConfig.defaults().withSource(at("reversed://" + parts)),
            data.model(),
            "reversed://" + temp.resolve("reversed"));

    ShardManifest manifest = reversed.manifest();
    assertThat(manifest).isEqualTo(expected.manifest());
    for (String silo : manifest.siloNames()) {
      for (Split split : Split.values()) {
        assertThat(ids(reversed, silo, split)).isEqualTo(ids(expected, silo, split));
      }
    }
  }

  private static List<String> ids(PreparedFolder folder, String silo, Split split) {
    return TokenShardReader.read(folder.uri(), silo, split).stream()
        .map(TokenizedExample::id)
        .toList();
  }

  private static SourceConfig at(String uri) {
    return SourceConfig.defaults().withUri(uri);
  }
}
