package org.silotune.llm.finetune;

import static org.silotune.llm.testing.TensorAssertions.assertClose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorDevice;
import org.silotune.llm.script.TensorList;
import org.silotune.llm.tensor.NamedTensors;
import org.silotune.llm.testing.Golden;
import org.silotune.llm.testing.GoldenReport;

/**
 * The optimizers against torch's, step by step, over gradients near AdamW's epsilon (1e-8), zeros,
 * gradients that vanish after a large one and gradients whose squares are denormal. A bias
 * correction folded into the rate would move a parameter with a gradient of 1e-8 by 0.03 of the
 * rate where torch moves it by 0.5.
 */
final class OptimizerGoldenTest {

  /** Two units in the last place of values below 4: the order of roundings, nothing more. */
  private static final double TOLERANCE = 2.4e-7;

  private static final GoldenReport REPORT = GoldenReport.of(OptimizerGoldenTest.class);

  static Stream<Named<JsonNode>> adamW() {
    return trajectories("adamw.json");
  }

  static Stream<Named<JsonNode>> sgd() {
    return trajectories("sgd.json");
  }

  @ParameterizedTest
  @MethodSource("adamW")
  void adamWMovesParametersAsTorchDoes(JsonNode trajectory) {
    JsonNode settings = trajectory.get("settings");
    OptimizerConfig config =
        new OptimizerConfig.AdamW(
            settings.get("betas").get(0).asDouble(),
            settings.get("betas").get(1).asDouble(),
            settings.get("eps").asDouble(),
            settings.get("weight_decay").asDouble());
    REPORT.add("AdamW", "parameter after each of six steps", follow(config, trajectory), TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("sgd")
  void sgdMovesParametersAsTorchDoes(JsonNode trajectory) {
    JsonNode settings = trajectory.get("settings");
    OptimizerConfig config =
        new OptimizerConfig.Sgd(
            settings.get("momentum").asDouble(), settings.get("weight_decay").asDouble());
    REPORT.add("SGD", "parameter after each of six steps", follow(config, trajectory), TOLERANCE);
  }

  /** Returns the largest error of any step, relative to the parameters' scale. */
  private static double follow(OptimizerConfig config, JsonNode trajectory) {
    float[] start = floats(trajectory.get("initial"));
    double rate = trajectory.get("settings").get("lr").asDouble();
    NamedTensors initial =
        NamedTensors.builder().put("p", new long[] {start.length}, start).build();
    double worst = 0;
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor());
        ScriptModule script = ScriptModule.compile(scope, OptimizerScript.TEXT);
        TrainableParameters parameters = new TrainableParameters(scope, initial);
        NativeOptimizer optimizer =
            new NativeOptimizer(
                scope, script, config, parameters, NativeOptimizer.fresh(config, initial))) {
      for (int step = 0; step < trajectory.get("gradients").size(); step++) {
        float[] gradient = floats(trajectory.get("gradients").get(step));
        try (NativeTensor g = scope.floats(gradient, gradient.length);
            TensorList gradients = TensorList.of(List.of(g))) {
          optimizer.step(gradients, rate);
        }
        float[] actual = parameters.export().values("p");
        float[] expected = floats(trajectory.get("parameters").get(step));
        worst = Math.max(worst, assertClose("step " + (step + 1), actual, expected, TOLERANCE));
      }
      thread.requireCurrent();
    }
    return worst;
  }

  private static Stream<Named<JsonNode>> trajectories(String file) {
    return read(file).properties().stream().map(e -> Named.of(e.getKey(), e.getValue()));
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).doubleValue();
    }
    return values;
  }

  private static JsonNode read(String file) {
    try {
      return new ObjectMapper().readTree(Golden.path("optimizer/" + file).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
