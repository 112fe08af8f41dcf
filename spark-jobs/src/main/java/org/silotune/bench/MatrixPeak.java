package org.silotune.bench;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;

/**
 * The fastest matrix products of this machine: {@code torch.mm} of two 2048 x 2048 matrices, the
 * median of 20 after 5, as one call on all threads and as one single-thread call a core at once;
 * the higher of the two.
 */
final class MatrixPeak {

  private static final int SIZE = 2048;
  private static final int WARM_UP = 5;
  private static final int REPEATS = 20;
  private static final double FLOPS = 2.0 * SIZE * SIZE * SIZE;

  private static final String SCRIPT =
      """
        def matrix(self, x: Tensor) -> Tensor:
          return torch.to(x, TYPE)

        def product(self, a: Tensor, b: Tensor) -> Tensor:
          return torch.mm(a, b)
      """;

  private final ComputeType type;
  private final int cores;

  MatrixPeak(ComputeType type, int cores) {
    this.type = type;
    this.cores = cores;
  }

  /** Measures now; floating-point operations a second. */
  double measure() {
    return Math.max(FLOPS / secondsOn(cores), oneCallACore());
  }

  private double oneCallACore() {
    List<Callable<Double>> calls = Collections.nCopies(cores, () -> FLOPS / secondsOn(1));
    return AtOnce.run(calls).stream().mapToDouble(Double::doubleValue).sum();
  }

  private double secondsOn(int threads) {
    try (ComputeThread compute = ComputeThread.enter(threads);
        NativeScope scope = NativeScope.openOnCpu();
        ScriptModule script =
            ScriptModule.compile(scope, SCRIPT.replace("TYPE", Integer.toString(type.code())))) {
      compute.requireCurrent();
      NativeTensor a = matrix(scope, script, 1);
      NativeTensor b = matrix(scope, script, 2);
      double[] seconds = new double[REPEATS];
      for (int i = -WARM_UP; i < REPEATS; i++) {
        long began = System.nanoTime();
        script.call("product").tensor(a).tensor(b).toTensor(scope).close();
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - began) * 1e-9;
        }
      }
      return Median.of(seconds);
    }
  }

  private static NativeTensor matrix(NativeScope scope, ScriptModule script, int seed) {
    float[] values = new float[SIZE * SIZE];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((i * 31 + seed) % 97 - 48) / 97f;
    }
    return script.call("matrix").tensor(scope.floats(values, SIZE, SIZE)).toTensor(scope);
  }
}
