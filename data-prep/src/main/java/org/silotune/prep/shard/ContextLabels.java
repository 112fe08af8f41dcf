package org.silotune.prep.shard;

import static org.apache.spark.sql.functions.array_repeat;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;

import org.apache.spark.sql.Column;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * The labels of encoded rows on their way to the shards. In a row of one answer they say no more
 * than how many tokens stand before it: that number is kept and shuffled, and not as many labels as
 * there are tokens.
 */
public final class ContextLabels {

  /** How many leading tokens are context, all others being trained; null where labels are kept. */
  public static final String CONTEXT_TOKENS = "context_tokens";

  private ContextLabels() {}

  /** Returns the labels of a row with token ids, and labels or their number of context tokens. */
  static Column labels() {
    Column tokens = col(TokenShardSchema.INPUT_IDS);
    Column context = col(CONTEXT_TOKENS);
    return coalesce(
        col(TokenShardSchema.LABELS),
        concat(
            array_repeat(lit(TokenizedExample.NOT_TRAINED), context),
            slice(tokens, context.plus(1), size(tokens))));
  }
}
