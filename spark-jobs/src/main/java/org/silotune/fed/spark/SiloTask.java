package org.silotune.fed.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.silotune.fed.FederationException;
import org.silotune.fed.UnusableExecutorException;
import org.silotune.fed.client.SiloDescriptor;

/**
 * A silo's work as the function of one partition. Failures of the machine are thrown, so that Spark
 * tries again, elsewhere if it can; on the last attempt they become the silo's part. A process that
 * would give other bits fails the job instead.
 */
final class SiloTask<S> implements FlatMapFunction<Iterator<SiloDescriptor>, S> {

  private static final long serialVersionUID = 1L;

  private final SiloWork<S> work;
  private final ExecutorSettings settings;
  private final TaskPulse pulse;
  private final int attempts;

  SiloTask(SiloWork<S> work, ExecutorSettings settings, TaskPulse pulse, int attempts) {
    this.work = work;
    this.settings = settings;
    this.pulse = pulse;
    this.attempts = attempts;
  }

  @Override
  public Iterator<S> call(Iterator<SiloDescriptor> silos) throws IOException {
    List<S> parts = new ArrayList<>();
    while (silos.hasNext()) {
      parts.add(run(silos.next()));
    }
    return parts.iterator();
  }

  private S run(SiloDescriptor silo) throws IOException {
    TaskContext task = TaskContext.get();
    try {
      return work.run(silo, ExecutorSite.of(task, settings), pulse);
    } catch (UnusableExecutorException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      if (task.isInterrupted() || task.attemptNumber() + 1 < attempts) {
        throw e;
      }
      return work.lost(silo.name(), reason(e), ExecutorSite.host());
    }
  }

  private static String reason(Exception e) {
    boolean speaksForItself = e instanceof IOException || e instanceof FederationException;
    return speaksForItself && e.getMessage() != null ? e.getMessage() : e.toString();
  }
}
