package org.silotune.fed.round;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.FedProx;
import org.silotune.fed.client.HeldOutScorer;
import org.silotune.fed.client.LocalUpdate;
import org.silotune.fed.client.LocalUpdateRunner;
import org.silotune.fed.client.LocalUpdateTask;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.StepListener;
import org.silotune.fed.client.StepProgress;
import org.silotune.fed.client.UnusableUpdateException;
import org.silotune.fed.client.WorkBound;
import org.silotune.fed.metrics.HeldOutSplit;
import org.silotune.fed.metrics.SiloMetrics;
import org.silotune.fed.metrics.SplitLoss;
import org.silotune.llm.tensor.NamedTensors;

/**
 * A trainer without a model: each silo descends, with noise from the task's seed, towards a target
 * of its own, so that losses fall and every bit hangs on seed, silo and the adapter it began with.
 */
public final class FakeTrainer implements LocalUpdateRunner, HeldOutScorer {

  private static final long serialVersionUID = 1L;
  private static final int STEPS = 4;

  /** What can go wrong at a silo. */
  public enum Fault {
    NAN,
    OUT_OF_RANGE,
    UNUSABLE,
    IO_ALWAYS,
    IO_ONCE,
    DEADLINE,
    STALL,
    HANG,
    SLOW,
    CRASH,
    SCORE_STALL,
    SCORE_IO,
    SCORE_SLOW
  }

  private final HashMap<String, Fault> faults;
  private final String scratch;

  /**
   * A trainer with faults by silo.
   *
   * @param scratch a folder of the machine in which it notes what it did
   */
  public FakeTrainer(Map<String, Fault> faults, Path scratch) {
    this.faults = new HashMap<>(faults);
    this.scratch = scratch.toString();
  }

  /** A trainer that never fails. */
  public FakeTrainer() {
    this(Map.of(), Path.of("."));
  }

  @Override
  public WorkBound bound(SiloDescriptor silo) {
    return new WorkBound(silo.trainExamples(), silo.trainedTokens());
  }

  @Override
  public LocalUpdate run(LocalUpdateTask task, StepListener listener) throws IOException {
    Optional<Fault> fault = Optional.ofNullable(faults.get(task.silo().name()));
    if (fault.isPresent()) {
      failBefore(fault.get(), task.silo().name());
    }
    NamedTensors weights = task.initial().copy();
    SplittableRandom random = new SplittableRandom(task.seed());
    float momentum = task.carried().map(state -> state.values("momentum")[0]).orElse(0f);
    boolean deadline = fault.filter(f -> f == Fault.DEADLINE).isPresent();
    int steps = deadline ? STEPS / 2 : STEPS;
    double loss = 0;
    for (int step = 1; step <= steps; step++) {
      if (fault.filter(f -> f == Fault.SLOW).isPresent()) {
        sleep(Duration.ofMillis(700));
      }
      loss = step(task, weights, random, momentum);
      momentum += 0.125f;
      listener.stepped(
          new StepProgress(
              task.round(),
              task.silo().name(),
              step,
              STEPS,
              loss,
              10L * step,
              Duration.ofMillis(step)));
    }
    return new LocalUpdate(
        spoil(weights.minus(task.initial()), fault),
        metrics(task.silo(), steps, loss),
        task.carries() ? Optional.of(momentum(momentum)) : Optional.empty(),
        deadline);
  }

  @Override
  public SplitLoss score(
      SiloDescriptor silo,
      HeldOutSplit split,
      NamedTensors adapter,
      ComputeDevice device,
      Runnable advanced)
      throws IOException {
    failScore(silo.name());
    if (silo.trainExamples() == 3) {
      return SplitLoss.NONE; // the smallest silo has no held-out rows
    }
    double loss = 0;
    int i = 0;
    for (String name : adapter.names()) {
      for (float w : adapter.values(name)) {
        double miss = w - target(silo.name(), i++) + (split == HeldOutSplit.TEST ? 0.01 : 0);
        loss += miss * miss;
      }
    }
    long tokens = silo.trainedTokens();
    return new SplitLoss(silo.trainExamples(), tokens, loss * tokens);
  }

  private void failScore(String silo) throws IOException {
    Fault fault = faults.get(silo);
    if (fault == Fault.SCORE_STALL) {
      sleep(Duration.ofHours(1));
    } else if (fault == Fault.SCORE_IO) {
      throw new IOException("Cannot read held-out rows of %s: disk gone".formatted(silo));
    } else if (fault == Fault.SCORE_SLOW) {
      sleep(Duration.ofMillis(300));
    }
  }

  private double step(
      LocalUpdateTask task, NamedTensors weights, SplittableRandom random, float momentum) {
    double loss = 0;
    int i = 0;
    for (String name : weights.names()) {
      float[] w = weights.values(name);
      float[] gradient = new float[w.length];
      for (int j = 0; j < w.length; j++, i++) {
        double miss = w[j] - target(task.silo().name(), i);
        loss += miss * miss;
        gradient[j] = (float) (2 * miss + 0.01 * (random.nextDouble() - 0.5) + 0.001 * momentum);
      }
      if (task.algorithm() instanceof FedProx prox) {
        for (int j = 0; j < w.length; j++) {
          gradient[j] += (float) (prox.proximalMu() * (w[j] - task.initial().values(name)[j]));
        }
      }
      for (int j = 0; j < w.length; j++) {
        w[j] -= 0.05f * gradient[j];
      }
    }
    return loss;
  }

  private void failBefore(Fault fault, String silo) throws IOException {
    switch (fault) {
      case UNUSABLE -> throw new UnusableUpdateException("Every row was cut to nothing");
      case IO_ALWAYS -> throw new IOException("Cannot read shard of %s: disk gone".formatted(silo));
      case IO_ONCE -> {
        Path note = Path.of(scratch).resolve(silo + ".failed-once");
        if (!Files.exists(note)) {
          Files.createFile(note);
          throw new IOException("Cannot read shard of %s: disk hiccup".formatted(silo));
        }
      }
      case STALL -> sleep(Duration.ofHours(1));
      case HANG -> hang();
      case CRASH -> Runtime.getRuntime().halt(134);
      case NAN, OUT_OF_RANGE, DEADLINE, SLOW, SCORE_STALL, SCORE_IO, SCORE_SLOW -> {}
    }
  }

  /** Like native code that never returns: deaf to interrupts. */
  private static void hang() {
    while (true) {
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static NamedTensors spoil(NamedTensors delta, Optional<Fault> fault) {
    float[] values = delta.values("layers.1.lora_A");
    fault.ifPresent(
        f -> {
          if (f == Fault.NAN) {
            values[3] = Float.NaN;
          } else if (f == Fault.OUT_OF_RANGE) {
            values[3] = 17f;
          }
        });
    return delta;
  }

  private static SiloMetrics metrics(SiloDescriptor silo, int steps, double loss) {
    long examples = silo.trainExamples() * steps / STEPS;
    long tokens = silo.trainedTokens() * steps / STEPS;
    return new SiloMetrics(
        steps, examples, 2 * tokens, tokens, loss * tokens, 0, 1, "cpu", false, 0.5);
  }

  private static NamedTensors momentum(float value) {
    return NamedTensors.builder().put("momentum", new long[] {1}, new float[] {value}).build();
  }

  private static double target(String silo, int i) {
    return StrictMath.sin(silo.hashCode() * 0.37 + i);
  }
}
