package org.silotune.udf.function;

import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.udf.token.ExecutorTokenizer;

/** A function of a model's vocabulary. A task looks the tokenizer up once, not for every row. */
abstract class TokenFunction extends RowFunction {

  private transient @Nullable Loaded last;

  TokenFunction(String name, DataType resultType, Parameter... parameters) {
    super(name, resultType, parameters);
  }

  final Tokenizer tokenizer(String model) {
    Loaded loaded = last;
    if (loaded == null || !loaded.model().equals(model)) {
      loaded = new Loaded(model, ExecutorTokenizer.plain(model));
      last = loaded;
    }
    return loaded.tokenizer();
  }

  private record Loaded(String model, Tokenizer tokenizer) {}
}
