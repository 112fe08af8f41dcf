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
import org.silotune.llm.script.TensorDevice;

/**
 * How fast a device multiplies matrices: {@code torch.mm} of two square ones.
 *
 * @param device that multiplies
 * @param type of the products
 * @param size of the matrices
 * @param warmUp products that are not measured
 * @param repeats products whose median counts
 */
public record MatrixSpeed(
    TensorDevice device, ComputeType type, int size, int warmUp, int repeats) {

  private static final String SCRIPT =
      """
        def matrix(self, like: Tensor, size: int, seed: int) -> Tensor:
          at = torch.arange(size * size, dtype=4, device=like.device)
          x = torch.remainder(torch.add(torch.mul(at, 31), seed), 97)
          return torch.to(torch.reshape(torch.div(torch.sub(x, 48), 97.), [size, size]), TYPE)

        def products(self, a: Tensor, b: Tensor, count: int) -> float:
          c = a
          for i in range(count):
            c = torch.mm(a, b)
          return float(torch.item(torch.select(torch.select(c, 0, 0), 0, 0)))
      """;

  /** Returns what takes a processor well under a second: 1024 x 1024, the median of 5 after 2. */
  public static MatrixSpeed brief(ComputeType type) {
    return new MatrixSpeed(TensorDevice.processor(), type, 1024, 2, 5);
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
        NativeScope scope = NativeScope.openOn(device);
        ScriptModule script =
            ScriptModule.compile(scope, SCRIPT.replace("TYPE", Integer.toString(type.code())))) {
      compute.requireCurrent();
      NativeTensor a = matrix(scope, script, 1);
      NativeTensor b = matrix(scope, script, 2);
      double[] seconds = new double[repeats];
      for (int i = -warmUp; i < repeats; i++) {
        long began = System.nanoTime();
        double unused = script.call("products").tensor(a).tensor(b).integer(chain()).toNumber();
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - began) * 1e-9 / chain();
        }
      }
      Arrays.sort(seconds);
      return (seconds[(repeats - 1) / 2] + seconds[repeats / 2]) / 2;
    }
  }

  /** On a GPU several products go before one wait, which takes as long as a small product. */
  private int chain() {
    return device.isGpu() ? 10 : 1;
  }

  private NativeTensor matrix(NativeScope scope, ScriptModule script, int seed) {
    return script.call("matrix").tensor(scope.zeros(0)).integer(size).integer(seed).toTensor(scope);
  }
}
