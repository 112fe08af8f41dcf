package org.silotune.bench;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;

/** What a measurement trains on. */
public final class BenchExamples {

  private BenchExamples() {}

  /** Returns random ids, every position trained. */
  public static List<TokenizedExample> random(int count, int length, int vocabulary) {
    CounterRandom random = CounterRandom.ofSeed(1).at("bench");
    List<TokenizedExample> examples = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      int[] ids = new int[length];
      for (int i = 0; i < length; i++) {
        ids[i] = random.at(e).below(i, vocabulary);
      }
      examples.add(new TokenizedExample("random " + e, ids, ids));
    }
    return examples;
  }

  /** Returns the rows of a split of all silos of a prepared folder. */
  public static List<TokenizedExample> prepared(String folder, Split split) {
    List<TokenizedExample> examples = new ArrayList<>();
    PreparedFolder prepared = PreparedFolder.at(folder);
    ShardManifest manifest = prepared.manifest();
    for (String silo : manifest.siloNames()) {
      examples.addAll(TokenShardReader.read(prepared.shard(manifest, silo, split)));
    }
    return examples;
  }
}
