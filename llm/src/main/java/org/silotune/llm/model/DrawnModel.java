package org.silotune.llm.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorDevice;

/**
 * A model of a given shape whose weights are made up on its device: what is measured where no
 * weights are at hand. Matrices are in the type of the products and hold values of standard
 * deviation 0.02, a function of their place alone; norms are neutral, biases zero.
 */
public final class DrawnModel {

  /** Rows of a matrix that are made at once: what they are made of takes eight times as much. */
  private static final int ROWS = 1024;

  private static final String SCRIPT =
      """
        def matrix(self, like: Tensor, rows: int, columns: int, seed: int, step: int) -> Tensor:
          all = torch.empty([rows, columns], dtype=COMPUTE, device=like.device)
          row = 0
          while row < rows:
            count = min(step, rows - row)
            at = torch.arange(row * columns, (row + count) * columns, dtype=4, device=like.device)
            mixed = torch.remainder(torch.add(torch.mul(at, torch.add(at, 17)), seed), 65521)
            x = torch.mul(torch.sub(torch.div(mixed, 65520.), 0.5), 0.0692820323)
            _0 = torch.copy_(torch.slice(all, 0, row, row + count, 1), torch.reshape(x, [count, columns]))
            row = row + count
          return all
      """;

  private DrawnModel() {}

  /**
   * Makes a model up, which the caller closes.
   *
   * @param config its config.json
   * @throws org.silotune.llm.LlmException if the family is not known, or this process' engine
   *     cannot compute on the device
   */
  public static DecoderModel of(
      String name, JsonNode config, ComputeType compute, TensorDevice device) {
    Architecture architecture = Architecture.of(config, Set.of(), compute);
    NativeScope scope = NativeScope.openOn(device);
    try (ComputeThread thread = ComputeThread.enterToCopy();
        ScriptModule script =
            ScriptModule.compile(
                scope, SCRIPT.replace("COMPUTE", Integer.toString(compute.code())))) {
      thread.requireCurrent();
      Map<String, HeldWeight> weights = new LinkedHashMap<>();
      long bytes = 0;
      for (Map.Entry<String, WeightSpec> each : architecture.weights().entrySet()) {
        WeightSpec spec = each.getValue();
        NativeTensor tensor =
            spec.shape().size() > 1
                ? matrix(scope, script, spec, weights.size())
                : vector(scope, spec, architecture.block().neutralNorm());
        weights.put(each.getKey(), HeldWeight.plain(tensor));
        bytes += (long) spec.size() * (spec.shape().size() > 1 ? compute.bytes() : Float.BYTES);
      }
      BaseFootprint footprint =
          new BaseFootprint(
              bytes,
              /* passingBytes= */ 0,
              BaseFootprint.Made.NOTHING,
              BaseFootprint.Made.NOTHING,
              BaseFootprint.Made.NOTHING,
              device.isGpu());
      return new DecoderModel(
          new BaseModelRef(name, "drawn"),
          architecture,
          scope,
          weights,
          new ModelOptions(BaseFormat.FLOAT32, compute),
          footprint);
    } catch (RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  private static NativeTensor matrix(
      NativeScope scope, ScriptModule script, WeightSpec spec, int seed) {
    try (NativeTensor like = scope.zeros(0)) {
      return script
          .call("matrix")
          .tensor(like)
          .integer(spec.shape().get(0))
          .integer(spec.shape().get(1))
          .integer(seed * 7919L)
          .integer(ROWS)
          .toTensor(scope);
    }
  }

  private static NativeTensor vector(NativeScope scope, WeightSpec spec, float neutral) {
    float[] values = new float[spec.size()];
    if (!spec.name().endsWith(".bias")) {
      Arrays.fill(values, neutral);
    }
    return scope.lastingFloats(values, spec.extents());
  }
}
