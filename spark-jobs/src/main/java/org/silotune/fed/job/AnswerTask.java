package org.silotune.fed.job;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.spark.ExecutorSite;
import org.silotune.llm.generate.BatchLimits;
import org.silotune.llm.generate.Generation;
import org.silotune.llm.generate.GenerationConfig;
import org.silotune.llm.generate.Prompt;
import org.silotune.llm.generate.TextGenerator;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.prep.shard.HeldOutRow;
import org.silotune.prep.shard.HeldOutRowReader;
import org.silotune.prep.shard.Split;

/** A silo's greedy answers to its test rows, as the function of one partition. */
final class AnswerTask implements FlatMapFunction<Iterator<SiloDescriptor>, PredictionRow> {

  private static final long serialVersionUID = 1L;

  private final int round;
  private final Broadcast<TensorMessage> adapter;
  private final AnswerSettings settings;

  AnswerTask(int round, Broadcast<TensorMessage> adapter, AnswerSettings settings) {
    this.round = round;
    this.adapter = adapter;
    this.settings = settings;
  }

  @Override
  public Iterator<PredictionRow> call(Iterator<SiloDescriptor> silos) {
    List<PredictionRow> answers = new ArrayList<>();
    while (silos.hasNext()) {
      answers.addAll(answer(silos.next()));
    }
    return answers.iterator();
  }

  private List<PredictionRow> answer(SiloDescriptor silo) {
    requireAdmitted(silo);
    var rows = List.copyOf(chosen(HeldOutRowReader.read(silo.shard(Split.TEST))));
    var loaded = settings.base().model().tokenizer();
    var encoder =
        new PromptEncoder(
            loaded.tokenizer(), loaded.template(), settings.maxLength(), OverlongPolicy.TRUNCATE);
    var prompts = Prompt.numbered(rows.stream().map(row -> row.prompt(encoder)).toList());
    var generations = generate(loaded, prompts);
    List<PredictionRow> answers = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      answers.add(prediction(silo, rows.get(i), generations.get(i).text().strip()));
    }
    return answers;
  }

  /** Thrown failures are tried again by Spark, on another host if one is free. */
  private void requireAdmitted(SiloDescriptor silo) {
    var host = ExecutorSite.of(TaskContext.get(), settings.executor()).host();
    if (!silo.admits(host)) {
      throw new FederationException(silo.refusal(host));
    }
  }

  private List<Generation> generate(LoadedTokenizer loaded, List<Prompt> prompts) {
    var model = settings.base().resident();
    try (var thread = ComputeThread.enter(settings.executor().intraOpThreads());
        var scope = model.openTask(thread);
        var bound = settings.lora().load(scope, model, adapter.value().tensors())) {
      return new TextGenerator(model, bound, loaded.tokenizer(), BatchLimits.defaults())
          .generate(thread, prompts, GenerationConfig.greedy(settings.maxNewTokens()));
    }
  }

  /** The rows that are checked and the first that are shown, in the order of the shard. */
  private Set<HeldOutRow> chosen(List<HeldOutRow> rows) {
    Set<HeldOutRow> chosen = new LinkedHashSet<>();
    rows.stream().limit(settings.shownRows()).forEach(chosen::add);
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
