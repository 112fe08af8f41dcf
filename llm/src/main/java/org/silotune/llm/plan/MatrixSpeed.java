package org.silotune.llm.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;

/**
 * How fast this machine multiplies matrices: {@code torch.mm} of two square ones.
 *
 * @param type of the products
 * @param size of the matrices
 * @param warmUp products that are not measured
 * @param repeats products whose median counts
 */
public record MatrixSpeed(ComputeType type, int size, int warmUp, int repeats) {

  private static final String SCRIPT =
      """
        def matrix(self, x: Tensor) -> Tensor:
          return torch.to(x, TYPE)

        def product(self, a: Tensor, b: Tensor) -> Tensor:
          return torch.mm(a, b)
      """;

  /** Returns what takes well under a second: 1024 x 1024, the median of 5 after 2. */
  public static MatrixSpeed brief(ComputeType type) {
    return new MatrixSpeed(type, 1024, 2, 5);
  }

  /**
   * Measures now, and returns floating-point operations a second of all calls together.
   *
   * @param threads of each call
   * @param calls at once
   */
  public double measure(int threads, int calls) {
    double flops = 2.0 * size * size * size;
    List<Callable<Double>> all = Collections.nCopies(calls, () -> flops / seconds(threads));
    ExecutorService pool = Executors.newFixedThreadPool(calls);
    try {
      double sum = 0;
      for (Future<Double> done : new ArrayList<>(pool.invokeAll(all))) {
        sum += done.get();
      }
      return sum;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot measure matrix products", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private double seconds(int threads) {
    try (ComputeThread compute = ComputeThread.enter(threads);
        NativeScope scope = NativeScope.openOnCpu();
        ScriptModule script =
            ScriptModule.compile(scope, SCRIPT.replace("TYPE", Integer.toString(type.code())))) {
      compute.requireCurrent();
      NativeTensor a = matrix(scope, script, 1);
      NativeTensor b = matrix(scope, script, 2);
      double[] seconds = new double[repeats];
      for (int i = -warmUp; i < repeats; i++) {
        long began = System.nanoTime();
        script.call("product").tensor(a).tensor(b).toTensor(scope).close();
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - began) * 1e-9;
        }
      }
      Arrays.sort(seconds);
      return (seconds[(repeats - 1) / 2] + seconds[repeats / 2]) / 2;
    }
  }

  private NativeTensor matrix(NativeScope scope, ScriptModule script, int seed) {
    float[] values = new float[size * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((i * 31 + seed) % 97 - 48) / 97f;
    }
    return script.call("matrix").tensor(scope.floats(values, size, size)).toTensor(scope);
  }
}
