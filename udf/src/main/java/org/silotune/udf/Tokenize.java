package org.silotune.udf;

import java.util.Arrays;
import org.apache.spark.sql.api.java.UDF2;
import org.jspecify.annotations.Nullable;

/**
 * The token ids of a text, without any special token of a template.
 *
 * <pre>{@code
 * SELECT llm_tokenize('Hello world', '/models/smollm2/tokenizer.json')   -- [19556, 905]
 * }</pre>
 *
 * A null text or path gives null, the empty text an empty array. Deterministic.
 */
public final class Tokenize implements UDF2<String, String, Integer[]> {

  /** The name in SQL. */
  public static final String NAME = "llm_tokenize";

  @Override
  public Integer @Nullable [] call(@Nullable String text, @Nullable String tokenizer) {
    if (text == null || tokenizer == null) {
      return null;
    }
    int[] ids = ExecutorTokenizer.get(tokenizer).tokenizer().encode(text);
    return Arrays.stream(ids).boxed().toArray(Integer[]::new);
  }
}
