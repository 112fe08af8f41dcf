package org.silotune.fed.job;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.round.TaskSite;
import org.silotune.fed.spark.QuestionProgress;
import org.silotune.fed.spark.SiloQuestion;
import org.silotune.llm.generate.BatchLimits;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.GenerationListener;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.prep.shard.HeldOutRow;
import org.silotune.prep.shard.HeldOutRowReader;
import org.silotune.prep.shard.Split;

/** A silo's greedy answers to its test rows. */
record AnswerQuestion(int round, Broadcast<TensorMessage> adapter, AnswerSettings settings)
    implements SiloQuestion<List<PredictionRow>> {

  @Override
  public SiloReply<List<PredictionRow>> ask(
      SiloDescriptor silo, TaskSite site, QuestionProgress progress) {
    var rows = List.copyOf(chosen(silo));
    var loaded = settings.base().model().tokenizer();
    var encoder =
        new PromptEncoder(
            loaded.tokenizer(), loaded.template(), settings.maxLength(), OverlongPolicy.TRUNCATE);
    var prompts = Prompt.numbered(rows.stream().map(row -> row.prompt(encoder)).toList());
    var generations = generate(loaded, prompts, site.device(), progress);
    List<PredictionRow> answers = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      answers.add(prediction(silo, rows.get(i), generations.get(i).text().strip()));
    }
    return SiloReply.of(silo.name(), answers, site.host(), "");
  }

  private List<Generation> generate(
      LoadedTokenizer loaded,
      List<Prompt> prompts,
      ComputeDevice device,
      QuestionProgress progress) {
    try (var base = settings.base().weights().on(device);
        var thread = ComputeThread.enter(settings.executor().intraOpThreads());
        var scope = base.model().openTask(thread);
        var bound = settings.lora().load(scope, base.model(), adapter.value().tensors())) {
      return new TextGenerator(base.model(), bound, loaded.tokenizer(), BatchLimits.defaults())
          .generate(
              thread,
              prompts,
              GenerationConfig.greedy(settings.maxNewTokens()),
              telling(progress, prompts.size()));
    }
  }

  private static GenerationListener telling(QuestionProgress progress, int total) {
    return new GenerationListener() {
      private int done;

      @Override
      public void onText(int promptIndex, String piece) {
        progress.advanced();
      }

      @Override
      public void onFinished(int promptIndex, Generation generation) {
        done++;
        progress.answered(done, total);
      }
    };
  }

  /** The rows that are checked and the first that are shown, in the order of the shard. */
  private Set<HeldOutRow> chosen(SiloDescriptor silo) {
    var rows = HeldOutRowReader.read(silo.shard(Split.TEST));
    Set<HeldOutRow> chosen = new LinkedHashSet<>();
    rows.stream().limit(settings.shownRows().of(silo.name())).forEach(chosen::add);
    rows.stream()
        .filter(row -> settings.check().applies(row.reference()))
        .limit(settings.checkedRows())
        .forEach(chosen::add);
    return chosen;
  }

  private PredictionRow prediction(SiloDescriptor silo, HeldOutRow row, String answer) {
    boolean checkable = settings.check().applies(row.reference());
    return new PredictionRow(
        round,
        HeldOutSplit.TEST.label(),
        silo.name(),
        row.exampleId(),
        row.question(),
        row.reference(),
        answer,
        checkable,
        checkable && settings.check().agree(row.reference(), answer));
  }
}
