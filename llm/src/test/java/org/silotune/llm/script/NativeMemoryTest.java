package org.silotune.llm.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the system does not give; 256 TiB is more than a process can address. */
final class NativeMemoryTest {

  private static final long ABSURD = 1L << 46;

  private static final String SCRIPT =
      """
        def nothing(self, size: int) -> Tensor:
          return torch.zeros([size], dtype=6, device=torch.device("cpu"))
      """;

  @Test
  void aScriptThatIsRefusedMemorySaysHowMuchItAskedFor() {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor());
        ScriptModule script = ScriptModule.compile(scope, SCRIPT)) {
      thread.requireCurrent();
      NativeMemoryException refused =
          catchThrowableOfType(
              NativeMemoryException.class,
              () -> script.call("nothing").integer(ABSURD).toTensor(scope));
      assertThat(refused)
          .hasMessage(
              "Cannot allocate 281474976710656 bytes of native memory: the system refuses them");
      assertThat(refused.bytes()).hasValue(4 * ABSURD);
      assertThat(scope.floats(new float[] {1}, 1).toFloats()).containsExactly(1);
    }
  }

  @Test
  void aTensorThatIsRefusedMemoryIsTheSameFailure() {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
      thread.requireCurrent();
      assertThat(
              catchThrowableOfType(NativeMemoryException.class, () -> scope.zeros(ABSURD)).bytes())
          .hasValue(4 * ABSURD);
    }
  }

  @Test
  void otherFailuresOfTheEngineStayWhatTheyAre() {
    RuntimeException other = new IllegalStateException("mat1 and mat2 shapes cannot be multiplied");
    assertThat(NativeMemoryException.translated(other)).isSameAs(other);
    assertThat(NativeMemoryException.translated(new IllegalStateException("std::bad_alloc")))
        .hasMessage("Cannot allocate native memory: the system refuses it");
  }

  /** As libtorch words it; there is no GPU here to fill. */
  @Test
  void aGpuThatIsFullSaysHowMuchItWasAskedFor() {
    var refused =
        (NativeMemoryException)
            NativeMemoryException.translated(
                new IllegalStateException(
                    "CUDA out of memory. Tried to allocate 1.50 GiB. GPU 0 has a total capacity of 79.10 GiB of which 1.06 GiB is free."));
    assertThat(refused)
        .hasMessage("Cannot allocate 1610612736 bytes of the GPU's memory: it is full");
    assertThat(refused.onGpu()).isTrue();
    assertThat(refused.bytes()).hasValue(1_610_612_736L);
    assertThat(refused.gpuBytes()).hasValue(84_932_978_278L);
    assertThat(refused.refused()).isEqualTo("1.61 GB more of the GPU's memory were refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"
      })
  void aGpuThatIsFullMayNotSayHowMuch(String said) {
    var refused =
        (NativeMemoryException) NativeMemoryException.translated(new IllegalStateException(said));
    assertThat(refused).hasMessage("Cannot allocate the GPU's memory: it is full");
    assertThat(refused.onGpu()).isTrue();
    assertThat(refused.bytes()).isEmpty();
    assertThat(refused.gpuBytes()).isEmpty();
    assertThat(refused.refused()).isEqualTo("the GPU's memory was refused");
  }
}
