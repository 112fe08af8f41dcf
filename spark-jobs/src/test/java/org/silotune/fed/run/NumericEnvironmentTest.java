package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class NumericEnvironmentTest {

  @Test
  void variablesThatChooseInstructionsAreKeptWithTheirValues() {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("ATEN_CPU_CAPABILITY", "avx2"),
            Map.entry("ONEDNN_MAX_CPU_ISA", "AVX2"),
            Map.entry("DNNL_VERBOSE", "1"),
            Map.entry("MKL_CBWR", "AVX2,STRICT"),
            Map.entry("MKL_ENABLE_INSTRUCTIONS", "AVX2"),
            Map.entry("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1"),
            Map.entry("NVIDIA_TF32_OVERRIDE", "1"),
            Map.entry("CUBLAS_WORKSPACE_CONFIG", ":4096:8"),
            Map.entry("CUDA_DEVICE_ORDER", "PCI_BUS_ID"),
            Map.entry("CUDA_VISIBLE_DEVICES", "0"),
            Map.entry("OMP_DYNAMIC", "false"),
            Map.entry("OMP_THREAD_LIMIT", "4"),
            Map.entry("PATH", "/bin"));

    assertThat(NumericEnvironment.of(environment, 2).variables().keySet())
        .containsExactly(
            "ATEN_CPU_CAPABILITY",
            "CUBLAS_WORKSPACE_CONFIG",
            "CUDA_DEVICE_ORDER",
            "DNNL_VERBOSE",
            "MKL_CBWR",
            "MKL_ENABLE_INSTRUCTIONS",
            "NVIDIA_TF32_OVERRIDE",
            "ONEDNN_MAX_CPU_ISA",
            "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE");
  }

  @Test
  void aProcessWithOtherValuesIsRefusedWithBoth() {
    NumericEnvironment run = environment(Map.of("MKL_CBWR", "AVX2"));

    run.require(Map.of("MKL_CBWR", "AVX2", "HOME", "/root"), 1, "h7");
    assertRefused(run, Map.of("MKL_CBWR", "AVX512"), "MKL_CBWR: it is AVX512", "and AVX2 in");
    assertRefused(run, Map.of(), "MKL_CBWR: it is unset", "and AVX2 in");
    assertRefused(
        run,
        Map.of("MKL_CBWR", "AVX2", "ATEN_CPU_CAPABILITY", "default"),
        "ATEN_CPU_CAPABILITY: it is default",
        "and unset in");
  }

  @Test
  void variablesThatTakeTheThreadsFromTheRunAreRefusedInEveryProcess() {
    Map.of("OMP_DYNAMIC", "true", "OMP_THREAD_LIMIT", "1")
        .forEach(
            (name, value) ->
                assertThatThrownBy(() -> NumericEnvironment.of(Map.of(name, value), 2))
                    .isInstanceOf(NumericEnvironmentException.class)
                    .hasMessage(
                        "Invalid environment variable %s=%s in this process: the run computes with 2 threads an operator; unset it for the driver and every executor"
                            .formatted(name, value)));
  }

  private static void assertRefused(
      NumericEnvironment run, Map<String, String> process, String here, String inTheRun) {
    assertThatThrownBy(() -> run.require(process, 1, "h7"))
        .isInstanceOf(NumericEnvironmentException.class)
        .hasMessage(
            "Invalid environment variable %s in an executor on host h7 %s the run, and it changes the bits of results; give the driver and every executor the same"
                .formatted(here, inTheRun));
  }

  private static NumericEnvironment environment(Map<String, String> variables) {
    return new NumericEnvironment(new TreeMap<>(variables));
  }
}
