package org.silotune.fed.job;

import java.util.List;
import java.util.stream.Collectors;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.metrics.PredictionRow;
import org.silotune.fed.spark.SiloInquiry;
import org.silotune.llm.tensor.NamedTensors;

/** Answers a sample of every silo's test rows where the rows are: one task a silo. */
final class HeldOutAnswers {

  private final SiloInquiry inquiry;
  private final AnswerSettings settings;

  HeldOutAnswers(SiloInquiry inquiry, AnswerSettings settings) {
    this.inquiry = inquiry;
    this.settings = settings;
  }

  /**
   * Returns the answers of each silo that has rows to check or to show, with the adapter after a
   * round, or why there are none. That nobody answers is no failure: the adapter is trained.
   */
  SiloReplies<List<PredictionRow>> of(int round, NamedTensors adapter, List<SiloDescriptor> silos) {
    var asked = silos.stream().filter(this::isAsked).toList();
    if (asked.isEmpty()) {
      return SiloReplies.of(List.of());
    }
    var message = inquiry.spark().broadcast(TensorMessage.of(adapter));
    try {
      var question = new AnswerQuestion(round, message, settings);
      return inquiry.ask("test answers after round " + round, question, asked);
    } finally {
      message.destroy();
    }
  }

  private boolean isAsked(SiloDescriptor silo) {
    return settings.check() != AnswerCheck.NONE || settings.shownRows().of(silo.name()) > 0;
  }

  /** Returns all answers, silo by silo in name order. */
  static List<PredictionRow> rows(SiloReplies<List<PredictionRow>> replies) {
    return replies.bySilo().values().stream()
        .flatMap(reply -> reply.answer().stream())
        .flatMap(List::stream)
        .toList();
  }

  /** Returns the answers of those silos that the others are of too: only these compare. */
  static List<PredictionRow> ofSilosIn(List<PredictionRow> others, List<PredictionRow> answers) {
    var silos = others.stream().map(PredictionRow::silo).collect(Collectors.toSet());
    return answers.stream().filter(answer -> silos.contains(answer.silo())).toList();
  }
}
