package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.tensor.CounterRandom;

/** One thread's share of a step: leaves of its own, on the base that all workers share. */
final class GradientWorker implements AutoCloseable {

  private final FineTuneConfig config;
  private final Trainee trainee;
  private final NativeScope scope;
  private final TrainableParameters leaves;
  private final boolean recompute;
  private final Trainee.Bound bound;

  /**
   * @param leaves whose gradients it computes; it closes neither them nor {@code scope}
   * @param recompute whether layers are recomputed for the backward pass
   */
  GradientWorker(
      FineTuneConfig config,
      Trainee trainee,
      NativeScope scope,
      TrainableParameters leaves,
      boolean recompute) {
    this.config = config;
    this.recompute = recompute;
    this.trainee = trainee;
    this.scope = scope;
    this.leaves = leaves;
    this.bound = trainee.bind(scope, leaves::leaf);
  }

  TrainableParameters leaves() {
    return leaves;
  }

  /**
   * Computes batches until there are none, each from zero gradients, and adds its gradients to
   * {@code sum}.
   */
  void work(
      ComputeThread thread,
      MicroBatches batches,
      CounterRandom random,
      double weight,
      GradientSum sum) {
    for (int number = batches.next(); number >= 0; number = batches.next()) {
      var batch = batches.batch(number);
      List<NativeTensor> losses = pass(thread, batch, random, weight);
      try {
        batches.addInTurn(number, () -> sum.add(leaves, losses));
      } finally {
        losses.forEach(NativeTensor::close);
      }
    }
  }

  private List<NativeTensor> pass(
      ComputeThread thread, MicroBatch batch, CounterRandom random, double weight) {
    try (NativeScope own = scope.open()) {
      LayerwisePass pass =
          new LayerwisePass(
              thread,
              bound.forward(own, random, batch.places()),
              config.lossChunk(),
              trainee.trainsBase());
      return pass.run(scope, batch.tokens(), weight, recompute);
    }
  }

  @Override
  public void close() {
    bound.close();
  }
}
