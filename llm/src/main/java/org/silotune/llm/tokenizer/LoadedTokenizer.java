package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;

/**
 * What a model brings to talk to it.
 *
 * @param tokenizer closed by whoever loaded it
 * @param template the model's own chat template, or Alpaca where it has none
 */
public record LoadedTokenizer(Tokenizer tokenizer, ChatTemplate template) implements AutoCloseable {

  public LoadedTokenizer {
    requireNonNull(tokenizer, "tokenizer");
    requireNonNull(template, "template");
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
