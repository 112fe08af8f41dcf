package org.silotune.fed.job;

import java.util.List;
import java.util.Optional;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.generate.BatchLimits;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tokenizer.Instruction;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;

/** Answers questions in this process, without Spark. */
public final class TextAnswers {

  private TextAnswers() {}

  /** Returns the answers in the order of the questions, each framed as an instruction. */
  public static List<Generation> of(
      LoadedBase base, Optional<Adapter> adapter, List<String> questions, GenerationConfig config) {
    var model = base.decoder();
    var loaded = base.model().tokenizer();
    var encoder =
        new PromptEncoder(
            loaded.tokenizer(),
            loaded.template(),
            model.config().contextLength(),
            OverlongPolicy.QUARANTINE);
    var prompts =
        Prompt.numbered(
            questions.stream().map(text -> encoder.prompt(new Instruction(text, ""))).toList());
    try (var thread = ComputeThread.enter(Runtime.getRuntime().availableProcessors());
        var scope = model.openTask(thread);
        var bound =
            adapter.isPresent()
                ? adapter.get().config().load(scope, model, adapter.get().parameters())
                : BoundAdapter.none()) {
      return new TextGenerator(model, bound, loaded.tokenizer(), BatchLimits.defaults())
          .generate(thread, prompts, config);
    }
  }
}
