package org.silotune.fed.run;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
 * @param environment the variables of {@link NumericEnvironment} that are set
 * @param canary hash of the executors' canary computation, fixed by the first round; empty before
 */
public record NumericProfile(
    String libtorch,
    String cpuCapability,
    String dtype,
    int intraOpThreads,
    int tokenBudget,
    int lossChunk,
    NumericEnvironment environment,
    String canary) {

  public NumericProfile {
    requireNonNull(environment, "environment");
    requireNonNull(canary, "canary");
  }

  /** Returns the profile with a canary. */
  NumericProfile withCanary(String hash) {
    return new NumericProfile(
        libtorch, cpuCapability, dtype, intraOpThreads, tokenBudget, lossChunk, environment, hash);
  }

  /**
   * Returns as configuration-like values what a process knows when it starts: all but the canary.
   */
  SortedMap<String, String> values() {
    TreeMap<String, String> values =
        new TreeMap<>(
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
    environment.variables().forEach((name, value) -> values.put("environment." + name, value));
    return values;
  }
}
