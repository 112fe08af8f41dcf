package org.silotune.fed.run;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.silotune.fed.FederationException;

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
   * @throws FederationException if a variable takes the choice of threads from the run
   */
  public static NumericEnvironment of(Map<String, String> environment, int intraOpThreads) {
    TreeMap<String, String> variables = new TreeMap<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (steersThreads(name, value, intraOpThreads)) {
                throw new FederationException(
                    "Invalid environment variable %s=%s: the run computes with %d threads an operator; unset it for the driver and every executor"
                        .formatted(name, value, intraOpThreads));
              }
              if (steersBits(name)) {
                variables.put(name, value);
              }
            });
    return new NumericEnvironment(variables);
  }

  /**
   * Checks the environment of a process of the run, which is described by this one.
   *
   * @throws FederationException that names the variable and both values
   */
  public void require(Map<String, String> environment, int intraOpThreads) {
    SortedMap<String, String> found = of(environment, intraOpThreads).variables;
    TreeSet<String> names = new TreeSet<>(variables.keySet());
    names.addAll(found.keySet());
    for (String name : names) {
      String here = found.getOrDefault(name, "unset");
      String run = variables.getOrDefault(name, "unset");
      if (!here.equals(run)) {
        throw new FederationException(
            "Invalid environment variable %s: it is %s in this process and %s in the run, and it changes the bits of results; give the driver and every executor the same"
                .formatted(name, here, run));
      }
    }
  }

  private static boolean steersBits(String name) {
    return switch (name) {
      case "ATEN_CPU_CAPABILITY", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS" -> true;
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
