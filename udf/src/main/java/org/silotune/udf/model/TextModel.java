package org.silotune.udf.model;

import java.util.Optional;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.tokenizer.ChatTemplate;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.udf.token.ModelTexts;

/**
 * A model, its tokenizer and perhaps an adapter, as one task uses them. It holds native memory only
 * while it computes, so nobody has to close it.
 */
public final class TextModel {

  /** Intra-op threads: more would change bits, and an executor has a task a core. */
  private static final int THREADS = 1;

  private final DecoderModel model;
  private final LoadedTokenizer tokenizer;
  private final Optional<Adapter> adapter;

  private TextModel(DecoderModel model, LoadedTokenizer tokenizer, Optional<Adapter> adapter) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.adapter = adapter;
  }

  /**
   * Returns the model of a call, loading it if this is the first of the process.
   *
   * @throws LlmException if it is not the one that the driver saw
   */
  public static TextModel open(ModelIdentity identity, ModelTask task) {
    DecoderModel model = identity.resident();
    // Who frames nothing takes a model whose own template is not known as well.
    Optional<String> template =
        task.framesPrompts()
            ? Optional.ofNullable(identity.source().template())
            : Optional.of(ChatTemplate.ofBaseModel().name());
    return new TextModel(
        model,
        identity.tokenizer(template),
        identity.adapter(model).map(AdapterCheckpoint::adapter));
  }

  LoadedTokenizer loadedTokenizer() {
    return tokenizer;
  }

  Tokenizer tokenizer() {
    return tokenizer.tokenizer();
  }

  int contextLength() {
    return model.config().contextLength();
  }

  /** Computes on the current thread, with the adapter bound. */
  <T> T compute(Computation<T> computation) {
    try (ComputeThread thread = ComputeThread.enter(THREADS);
        NativeScope scope = model.openTask(thread)) {
      if (adapter.isEmpty()) {
        return computation.on(thread, model, BoundAdapter.none());
      }
      try (BoundAdapter bound =
          adapter.get().config().load(scope, model, adapter.get().parameters())) {
        return computation.on(thread, model, bound);
      }
    }
  }

  /** What is computed. */
  interface Computation<T> {
    T on(ComputeThread thread, DecoderModel model, BoundAdapter adapter);
  }

  /** Returns a text's ids, after a beginning-of-text token where the model expects one. */
  int[] ids(String text) {
    return texts().ids(text);
  }

  /** Returns plain texts as the model reads them. */
  ModelTexts texts() {
    return new ModelTexts(tokenizer());
  }

  /** Checks that so many tokens fit the model. */
  void requireFits(String function, int tokens) {
    if (tokens > contextLength()) {
      throw new LlmException(
          "Cannot compute %s of %d tokens: the model's context holds %d; cut the text first"
              .formatted(function, tokens, contextLength()));
    }
  }
}
