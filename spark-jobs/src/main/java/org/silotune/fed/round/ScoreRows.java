package org.silotune.fed.round;

import java.util.ArrayList;
import java.util.List;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.fed.metrics.SplitScores;

/** The replies of silos to a scoring as rows of the table of evaluations. */
public final class ScoreRows {

  private ScoreRows() {}

  /** Returns a row a silo, in name order, and the central one last. */
  public static List<EvaluationRow> of(
      int round, HeldOutSplit split, SiloReplies<SplitLoss> replies) {
    List<EvaluationRow> rows = new ArrayList<>();
    replies.bySilo().values().forEach(reply -> rows.add(row(round, split, reply)));
    rows.add(
        EvaluationRow.central(
            round,
            split.label(),
            SplitScores.of(rows).together(),
            replies.unanswered().stream().map(SiloReply::silo).toList()));
    return rows;
  }

  private static EvaluationRow row(int round, HeldOutSplit split, SiloReply<SplitLoss> reply) {
    return reply
        .answer()
        .map(
            loss ->
                EvaluationRow.scored(
                    round, split, reply.silo(), loss, reply.host(), reply.canary()))
        .orElseGet(
            () ->
                EvaluationRow.unscored(
                    round,
                    split,
                    reply.silo(),
                    reply.status().label(),
                    reply.reason(),
                    reply.host()));
  }
}
