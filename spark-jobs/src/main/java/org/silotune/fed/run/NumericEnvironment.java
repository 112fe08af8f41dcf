package org.silotune.fed.run;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The environment variables by which the engine's libraries choose other instructions, and so give
 * other bits. They may have any value, as long as every process of a run has the same.
 *
 * @param variables those that are set, with their values
 */
public record NumericEnvironment(SortedMap<String, String> variables) implements Serializable {

  /** No variable is set. */
  public static final NumericEnvironment NONE = new NumericEnvironment(new TreeMap<>());

  public NumericEnvironment {
    variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
  }

  /**
   * Returns what a process' environment has of them.
   *
   * @param intraOpThreads the run's
   * @throws NumericEnvironmentException if a variable takes the choice of threads from the run
   */
  public static NumericEnvironment of(Map<String, String> environment, int intraOpThreads) {
    return of(environment, intraOpThreads, "in this process");
  }

  private static NumericEnvironment of(
      Map<String, String> environment, int intraOpThreads, String where) {
    TreeMap<String, String> variables = new TreeMap<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (steersThreads(name, value, intraOpThreads)) {
                throw new NumericEnvironmentException(
                    "Invalid environment variable %s=%s %s: the run computes with %d threads an operator; unset it for the driver and every executor"
                        .formatted(name, value, where, intraOpThreads));
              }
              if (steersBits(name)) {
                variables.put(name, value);
              }
            });
    return new NumericEnvironment(variables);
  }

  /**
   * Checks the environment of an executor of the run, which is described by this one.
   *
   * @param host the executor's
   * @throws NumericEnvironmentException that names the variable, both values and the host
   */
  public void require(Map<String, String> environment, int intraOpThreads, String host) {
    String where = "in an executor on host " + host;
    SortedMap<String, String> found = of(environment, intraOpThreads, where).variables;
    TreeSet<String> names = new TreeSet<>(variables.keySet());
    names.addAll(found.keySet());
    for (String name : names) {
      String here = found.getOrDefault(name, "unset");
      String run = variables.getOrDefault(name, "unset");
      if (!here.equals(run)) {
        throw new NumericEnvironmentException(
            "Invalid environment variable %s: it is %s %s and %s in the run, and it changes the bits of results; give the driver and every executor the same"
                .formatted(name, here, where, run));
      }
    }
  }

  private static boolean steersBits(String name) {
    return switch (name) {
      case "ATEN_CPU_CAPABILITY", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS" -> true;
      case "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
          "NVIDIA_TF32_OVERRIDE",
          "CUBLAS_WORKSPACE_CONFIG",
          "CUDA_DEVICE_ORDER" ->
          true;
      default -> name.startsWith("ONEDNN_") || name.startsWith("DNNL_");
    };
  }

  private static boolean steersThreads(String name, String value, int intraOpThreads) {
    return switch (name) {
      case "OMP_DYNAMIC" -> !value.equalsIgnoreCase("false") && !value.equals("0");
      case "OMP_THREAD_LIMIT" -> !isAtLeast(value, intraOpThreads);
      default -> false;
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
