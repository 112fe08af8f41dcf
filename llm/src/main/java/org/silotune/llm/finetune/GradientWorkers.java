package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tensor.NamedTensors;

/**
 * The threads that compute a step's gradient together: the calling one, whose leaves are the
 * parameters themselves, and others with copies. The bits of the gradient do not depend on how many
 * they are.
 */
final class GradientWorkers implements AutoCloseable {

  private final FineTuneConfig config;
  private final ComputeThread thread;
  private final ScriptModule script;
  private final GradientSum sum;
  private final List<GradientWorker> workers = new ArrayList<>();
  private final ExecutorService pool;

  /**
   * @param count at least 1
   * @param parameters the first worker's leaves
   * @param initial their values, which the other workers' leaves start from
   * @param recompute whether layers are recomputed for the backward pass
   */
  GradientWorkers(
      int count,
      FineTuneConfig config,
      Trainee trainee,
      ComputeThread thread,
      NativeScope scope,
      ScriptModule script,
      TrainableParameters parameters,
      NamedTensors initial,
      boolean recompute) {
    this.config = config;
    this.thread = thread;
    this.script = script;
    this.sum = new GradientSum(scope, script, parameters);
    workers.add(new GradientWorker(config, trainee, scope, parameters, recompute));
    for (int i = 1; i < count; i++) {
      NativeScope own = scope.open();
      var leaves = new TrainableParameters(own, initial);
      workers.add(new GradientWorker(config, trainee, own, leaves, recompute));
    }
    this.pool =
        Executors.newCachedThreadPool(
            work -> {
              Thread worker = new Thread(work, Thread.currentThread().getName() + ", worker");
              worker.setDaemon(true);
              return worker;
            });
  }

  /** Returns the tensors that every step's gradient lies in. */
  TensorList total() {
    return sum.total();
  }

  /**
   * Computes {@code weight} times the gradient of the sum of the batches' token losses; the result
   * is in use until the next call.
   */
  GradientSum backward(List<MicroBatch> batches, CounterRandom random, double weight) {
    sum.clear();
    MicroBatches shared = new MicroBatches(batches);
    List<Future<?>> others = new ArrayList<>();
    for (GradientWorker worker : workers.subList(1, Math.min(workers.size(), batches.size()))) {
      others.add(
          pool.submit(
              () -> {
                try (ComputeThread own = ComputeThread.enter(config.threads())) {
                  work(worker, own, shared, random, weight);
                }
              }));
    }
    try {
      work(workers.get(0), thread, shared, random, weight);
    } finally {
      await(others);
    }
    others.forEach(GradientWorkers::rethrow);
    return sum;
  }

  /** Brings the parameters, which a step has changed, to all workers. */
  void refresh() {
    for (GradientWorker worker : workers.subList(1, workers.size())) {
      script
          .call("copy")
          .tensors(worker.leaves().list())
          .tensors(workers.get(0).leaves().list())
          .toNothing();
    }
  }

  @Override
  public void close() {
    pool.shutdown();
    workers.forEach(GradientWorker::close);
    workers.subList(1, workers.size()).forEach(worker -> worker.leaves().close());
    sum.close();
  }

  private void work(
      GradientWorker worker,
      ComputeThread own,
      MicroBatches batches,
      CounterRandom random,
      double weight) {
    try {
      worker.work(own, batches, random, weight, sum);
    } catch (RuntimeException | Error e) {
      batches.abandon();
      throw e;
    }
  }

  /** Waits for all, whatever happens: they compute in memory that the caller frees afterwards. */
  private static void await(List<Future<?>> others) {
    boolean interrupted = false;
    for (Future<?> other : others) {
      while (!other.isDone()) {
        try {
          var unused = other.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          break; // thrown by rethrow, unless the caller's own work failed too
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Future<?> done) {
    try {
      var unused = done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // not met: it is done
    }
  }
}
