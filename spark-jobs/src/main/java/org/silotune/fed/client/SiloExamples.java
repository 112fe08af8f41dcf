package org.silotune.fed.client;

import java.io.IOException;
import java.util.List;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;

/** Opens a silo's own shards, on the executor that works for it. */
final class SiloExamples {

  private SiloExamples() {}

  /**
   * Returns the split's examples in example-id order.
   *
   * @throws IOException if a shard is missing or is not what its manifest says
   */
  static List<TokenizedExample> read(SiloDescriptor silo, Split split) throws IOException {
    try {
      return TokenShardReader.read(silo.shard(split));
    } catch (PreparationException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
