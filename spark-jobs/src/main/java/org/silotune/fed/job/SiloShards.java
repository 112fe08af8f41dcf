package org.silotune.fed.job;

import java.io.IOException;
import java.util.List;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShardReader;

/** Opens a silo's shards inside its task. */
final class SiloShards {

  private SiloShards() {}

  /**
   * Returns the silo's examples of a split.
   *
   * @throws IOException where the storage fails, which is worth another try
   * @throws PreparationException where the shard is not what its manifest says
   */
  static List<TokenizedExample> read(SiloDescriptor silo, Split split) throws IOException {
    try {
      return TokenShardReader.read(silo.shards(), silo.name(), split);
    } catch (PreparationException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new IOException(e.getMessage(), cause);
      }
      throw e;
    }
  }
}
