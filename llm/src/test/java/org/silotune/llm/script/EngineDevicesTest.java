package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;

final class EngineDevicesTest {

  private static final TensorDevice FIRST = new TensorDevice.Gpu(0);
  private static final TensorDevice THIRD = new TensorDevice.Gpu(2);

  /** A process that sees two GPUs. */
  private static final EngineDevices TWO =
      new EngineDevices(
          /* library= */ true,
          /* seesGpu= */ true,
          gpu -> gpu.ordinal() < 2 ? Optional.empty() : Optional.of("invalid device ordinal"));

  @Test
  void theProcessorIsAlwaysThere() {
    EngineDevices none = new EngineDevices(false, false, gpu -> Optional.of("none"));
    assertThat(none.holds(TensorDevice.processor())).isTrue();
    assertThatCode(() -> none.require(TensorDevice.processor())).doesNotThrowAnyException();
  }

  @Test
  void aGpuIsThereUpToTheirNumber() {
    assertThat(TWO.holds(FIRST)).isTrue();
    assertThat(TWO.holds(THIRD)).isFalse();
    assertThatThrownBy(() -> TWO.require(THIRD))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot compute on cuda:2: libtorch refuses it (invalid device ordinal); look at CUDA_VISIBLE_DEVICES; or set device: cpu");
  }

  @Test
  void aLibraryForTheProcessorSaysWhatToInstall() {
    EngineDevices devices = new EngineDevices(false, false, gpu -> Optional.empty());
    assertThat(devices.holds(FIRST)).isFalse();
    assertThatThrownBy(() -> devices.require(FIRST))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot compute on cuda:0: this libtorch is built for the processor; unpack libtorch 2.7.1 for CUDA 12.8 and set PYTORCH_LIBRARY_PATH to its lib folder, PYTORCH_VERSION to 2.7.1 and PYTORCH_FLAVOR to cu128; or set device: cpu");
  }

  @Test
  void aLibraryForGpusWithoutOneSaysSo() {
    EngineDevices devices = new EngineDevices(true, false, gpu -> Optional.empty());
    assertThat(devices.holds(FIRST)).isFalse();
    assertThatThrownBy(() -> devices.require(FIRST))
        .hasMessage(
            "Cannot compute on cuda:0: libtorch finds no CUDA device; install NVIDIA's driver for CUDA 12.8 and look at CUDA_VISIBLE_DEVICES; or set device: cpu");
  }

  /** The build brings the processor's libtorch. */
  @Test
  void ofThisBuildAScopeOnAGpuIsRefused() {
    assertThatThrownBy(() -> NativeScope.openOn(FIRST))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith(
            "Cannot compute on cuda:0: this libtorch is built for the processor;");
  }

  @Test
  void aNegativeIndexIsRefused() {
    assertThatThrownBy(() -> new TensorDevice.Gpu(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid gpu -1: must be >= 0");
  }
}
