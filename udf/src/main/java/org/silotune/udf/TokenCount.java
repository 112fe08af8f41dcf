package org.silotune.udf;

import org.apache.spark.sql.api.java.UDF2;
import org.jspecify.annotations.Nullable;

/**
 * The number of tokens of a text, without any special token of a template.
 *
 * <pre>{@code
 * SELECT llm_token_count('Hello world', '/models/smollm2/tokenizer.json')   -- 2
 * }</pre>
 *
 * A null text or path gives null. Deterministic.
 */
public final class TokenCount implements UDF2<String, String, Integer> {

  /** The name in SQL. */
  public static final String NAME = "llm_token_count";

  @Override
  public @Nullable Integer call(@Nullable String text, @Nullable String tokenizer) {
    if (text == null || tokenizer == null) {
      return null;
    }
    return ExecutorTokenizer.get(tokenizer).tokenizer().encode(text).length;
  }
}
