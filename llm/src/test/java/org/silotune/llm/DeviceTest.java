package org.silotune.llm;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.tngtech.archunit.core.domain.JavaCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.silotune.ArchitectureRules;
import org.silotune.llm.finetune.FineTuner;
import org.silotune.llm.model.DecoderBlueprint;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.plan.MatrixSpeed;
import org.silotune.llm.script.EngineDevices;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptCall;
import org.silotune.llm.script.TensorDevice;

/** Whatever computes does so where its tensors lie, and waits for the device in few places. */
final class DeviceTest {

  private static final ArchitectureRules RULES = ArchitectureRules.ofThisModule();

  /** What makes a tensor of nothing, and so somewhere; {@code zeros_like} and its like do not. */
  private static final Pattern MAKING =
      Pattern.compile(
          "torch\\.(arange|empty|eye|full|linspace|logspace|ones|zeros|scalar_tensor)\\((?![^\\n]*device=)");

  /** A table in the text is copied to the device at each call, which waits for the device. */
  private static final Pattern TABLE = Pattern.compile("torch\\.(tensor|as_tensor)\\(");

  /** They wait for the device, or depend on values that it has. */
  private static final Pattern WAITING =
      Pattern.compile("torch\\.(item|nonzero|masked_select|unique\\w*|equal|allclose)\\(");

  @Test
  void scriptsMakeTensorsOnTheDeviceOfTheirInputs() throws IOException {
    assertThat("torch.zeros([1], dtype=6)").containsPattern(MAKING);
    var found = new SoftAssertions();
    for (Path file : sources()) {
      found
          .assertThat(Files.readString(file))
          .as("%s", file)
          .doesNotContainPattern(MAKING)
          .doesNotContainPattern(TABLE);
    }
    found.assertAll();
  }

  @Test
  void noScriptOfTheModelOrTheTrainerWaitsForTheDevice() throws IOException {
    var found = new SoftAssertions();
    for (Path file : sources()) {
      if (!file.endsWith("plan/MatrixSpeed.java")) { // measures by waiting
        found.assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern(WAITING);
      }
    }
    found.assertAll();
  }

  @Test
  void theEnginesDevicesHaveOneName() {
    RULES.requireCallsOnlyIn(
        "name a device of the engine",
        call ->
            call.getTargetOwner().isEquivalentTo(Device.class)
                && List.of("cpu", "gpu", "of", "fromName").contains(call.getName()),
        List.of(EngineDevices.class.getName() + ".engineDevice"));
  }

  /** Everything else computes on the device of the scope or model that it is given. */
  @Test
  void theProcessorIsChosenInFewPlaces() {
    RULES.requireCallsOnlyIn(
        "choose the processor",
        call ->
            call.getTargetOwner().isEquivalentTo(TensorDevice.class)
                && call.getName().equals("processor"),
        List.of(
            ModelLoader.class.getName() + ".load",
            DecoderBlueprint.class.getName() + ".of",
            MatrixSpeed.class.getName() + ".brief",
            NativeScope.class.getName() + ".<clinit>", // the engine's keeper of handles
            NativeScope.class.getName() + ".lastingFloats", // where values are before the copy
            NativeScope.class.getName() + ".mapped", // where a file is seen before it is copied
            NativeScope.class.getName() + ".openOnProcessor", // where offloaded layers stay
            "org.silotune.llm.script.DeviceTransfer.compiled"));
  }

  /** Once a step, for its loss and its gradient's norm together; and when all steps are made. */
  @Test
  void aFineTuneWaitsForTheDeviceOnceAStep() {
    String trainer = FineTuner.class.getPackageName();
    RULES.requireCallsOnlyIn(
        "wait for the device in a fine-tune",
        call -> call.getOriginOwner().getPackageName().equals(trainer) && waits(call),
        List.of(trainer + ".GradientSum.read", trainer + ".TrainableParameters.export"));
  }

  private static boolean waits(JavaCall<?> call) {
    return (call.getTargetOwner().isEquivalentTo(NativeTensor.class)
            && List.of("toFloats", "toDoubles").contains(call.getName()))
        || (call.getTargetOwner().isEquivalentTo(ScriptCall.class)
            && call.getName().equals("toNumber"));
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      return files.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
  }
}
