package org.silotune.fed.run;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.FederationException;

/**
 * Everything outside the configuration that decides the bits of a product of floats. Equal runs on
 * equal profiles have equal bits; across profiles only tolerances hold.
 *
 * @param libtorch version of the native library
 * @param cpuCapability the vector instructions that its kernels use
 * @param dtype of the base model's weights and products
 * @param intraOpThreads threads of one operator
 * @param tokenBudget tokens of a micro-batch
 * @param lossChunk positions of one head product
 */
public record NumericProfile(
    String libtorch,
    String cpuCapability,
    String dtype,
    int intraOpThreads,
    int tokenBudget,
    int lossChunk) {

  private static final String CAPABILITY = "ATEN_CPU_CAPABILITY";

  /** Returns the profile as configuration-like values. */
  SortedMap<String, String> values() {
    return new TreeMap<>(
        Map.of(
            "libtorch",
            libtorch,
            "cpu-capability",
            cpuCapability,
            "dtype",
            dtype,
            "intra-op-threads",
            Integer.toString(intraOpThreads),
            "token-budget",
            Integer.toString(tokenBudget),
            "loss-chunk",
            Integer.toString(lossChunk)));
  }

  /**
   * Refuses environment variables that change bits behind the profile's back.
   *
   * @param environment of this process
   * @param intraOpThreads the run's
   * @throws FederationException that names the variable and its value
   */
  public static void requireCleanEnvironment(Map<String, String> environment, int intraOpThreads) {
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (steersBits(name, value, intraOpThreads)) {
                throw new FederationException(
                    "Invalid environment variable %s=%s: it changes the bits of results; unset it for the driver and every executor"
                        .formatted(name, value));
              }
            });
  }

  private static boolean steersBits(String name, String value, int intraOpThreads) {
    return switch (name) {
      case CAPABILITY, "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS" -> true;
      case "OMP_DYNAMIC" -> !value.equalsIgnoreCase("false") && !value.equals("0");
      case "OMP_THREAD_LIMIT" -> !isAtLeast(value, intraOpThreads);
      default -> name.startsWith("ONEDNN_") || name.startsWith("DNNL_");
    };
  }

  private static boolean isAtLeast(String value, int least) {
    try {
      return Integer.parseInt(value.strip()) >= least;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
