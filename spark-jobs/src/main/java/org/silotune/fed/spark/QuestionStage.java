package org.silotune.fed.spark;

import java.io.IOException;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.silotune.fed.aggregate.SiloReplies;
import org.silotune.fed.client.RowProgress;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.client.SiloReply.Status;
import org.silotune.fed.round.TaskSite;

/**
 * A question to silos. Replies go from each task to the driver and nowhere else: they may hold text
 * of a silo, which has no business on another silo's host.
 *
 * @param label what is asked for, such as {@code test loss after round 3}
 */
record QuestionStage<T>(String label, QuestionWork<T> work) implements SiloStage<SiloReplies<T>> {

  /** One silo's part of it. */
  record QuestionWork<T>(SiloQuestion<T> question) implements SiloWork<SiloReplies<T>> {

    @Override
    public SiloReplies<T> run(SiloDescriptor silo, TaskSite site, TaskProgress progress)
        throws IOException {
      if (!silo.admits(site.host())) {
        return without(silo.name(), Status.MISPLACED, silo.refusal(site.host()), site.host());
      }
      return SiloReplies.of(List.of(question.ask(silo, site, of(silo, progress))));
    }

    private static QuestionProgress of(SiloDescriptor silo, TaskProgress task) {
      return new QuestionProgress() {
        @Override
        public void advanced() {
          task.advanced();
        }

        @Override
        public void answered(int done, int total) {
          task.answered(new RowProgress(silo.name(), done, total));
        }
      };
    }

    @Override
    public SiloReplies<T> lost(String silo, String reason, String host) {
      return without(silo, Status.LOST, reason, host);
    }

    private static <T> SiloReplies<T> without(
        String silo, Status status, String reason, String host) {
      return SiloReplies.of(List.of(SiloReply.without(silo, status, reason, host)));
    }
  }

  @Override
  public String title() {
    return "Evaluation: " + label;
  }

  @Override
  public SiloReplies<T> empty() {
    return SiloReplies.of(List.of());
  }

  @Override
  public SiloReplies<T> gather(JavaRDD<SiloReplies<T>> parts) {
    return SiloReplies.of(
        parts.collect().stream().flatMap(part -> part.bySilo().values().stream()).toList());
  }
}
