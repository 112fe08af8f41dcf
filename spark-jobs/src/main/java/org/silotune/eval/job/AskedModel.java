package org.silotune.eval.job;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.silotune.eval.EvaluationException;
import org.silotune.eval.task.DecodingConfig;
import org.silotune.llm.generate.BatchLimits;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.RandomSampler;
import org.silotune.llm.generate.Sampler;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.udf.token.ModelTexts;

/**
 * The model as one Spark task asks it: resident in the process, its adapter bound to the thread
 * until it is closed.
 */
final class AskedModel implements AutoCloseable {

  private final DecoderModel model;
  private final Tokenizer tokenizer;
  private final ComputeThread thread;
  private final NativeScope scope;
  private final BoundAdapter adapter;
  private final long seed;

  private AskedModel(
      DecoderModel model,
      Tokenizer tokenizer,
      ComputeThread thread,
      NativeScope scope,
      BoundAdapter adapter,
      long seed) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.thread = thread;
    this.scope = scope;
    this.adapter = adapter;
    this.seed = seed;
  }

  static AskedModel open(AskSettings settings) {
    DecoderModel model = settings.base().resident();
    Tokenizer tokenizer = settings.base().model().tokenizer().tokenizer();
    ComputeThread thread = ComputeThread.enter(settings.executor().intraOpThreads());
    NativeScope scope = model.openTask(thread);
    BoundAdapter adapter =
        settings
            .adapter()
            .map(each -> each.config().load(scope, model, each.parameters()))
            .orElseGet(BoundAdapter::none);
    return new AskedModel(model, tokenizer, thread, scope, adapter, settings.seed());
  }

  DecoderModel decoder() {
    return model;
  }

  BoundAdapter adapter() {
    return adapter;
  }

  ComputeThread thread() {
    return thread;
  }

  int contextLength() {
    return model.config().contextLength();
  }

  /** Returns plain texts as the model reads them. */
  ModelTexts texts() {
    return new ModelTexts(tokenizer);
  }

  /**
   * Returns the last ids of a text, as many as leave room for an answer.
   *
   * @throws EvaluationException if the answer alone fills the context
   */
  int[] lastIds(int[] ids, int room) {
    int most = contextLength() - room;
    if (most < 1) {
      throw new EvaluationException(
          "Cannot ask for %d new tokens: the model's context holds %d; lower decoding.max-new-tokens"
              .formatted(room, contextLength()));
    }
    return ids.length <= most ? ids : Arrays.copyOfRange(ids, ids.length - most, ids.length);
  }

  /**
   * Generates from many prompts, long ones first, so that those that run together are alike.
   *
   * @return the answers in the order of the prompts
   */
  List<Generation> generate(List<Prompt> prompts, DecodingConfig decoding) {
    Sampler sampler =
        decoding.temperature() == 0
            ? Sampler.greedy()
            : new RandomSampler(decoding.temperature(), RandomSampler.ALL, decoding.topP(), seed);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingInt((Integer i) -> -prompts.get(i).ids().length));
    List<Generation> generated =
        new TextGenerator(model, adapter, tokenizer, BatchLimits.defaults())
            .generate(
                thread,
                order.stream().map(prompts::get).toList(),
                new GenerationConfig(sampler, decoding.maxNewTokens(), decoding.stop()));
    Generation[] inOrder = new Generation[prompts.size()];
    for (int i = 0; i < inOrder.length; i++) {
      inOrder[order.get(i)] = generated.get(i);
    }
    return List.of(inOrder);
  }

  @Override
  public void close() {
    try (thread;
        scope) {
      adapter.close();
    }
  }
}
