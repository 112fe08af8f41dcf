package org.silotune.fed.spark;

import java.io.Serializable;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.run.NumericEnvironment;

/**
 * What a run asks of every process that computes for it.
 *
 * @param device what tasks compute on
 * @param intraOpThreads threads of one operator, which the environment must leave alone
 * @param environment the variables that every process must have
 * @param canary the computation by which processes are compared
 */
public record ExecutorSettings(
    DeviceKind device, int intraOpThreads, NumericEnvironment environment, ExecutorCanary canary)
    implements Serializable {

  /** Returns the processor, one thread, an environment without guarded variables, no canary. */
  public static ExecutorSettings defaults() {
    return new ExecutorSettings(DeviceKind.CPU, 1, NumericEnvironment.NONE, ExecutorCanary.none());
  }
}
