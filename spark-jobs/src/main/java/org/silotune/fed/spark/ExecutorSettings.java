package org.silotune.fed.spark;

import java.io.Serializable;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.ExecutorCanary;

/**
 * What a run asks of every process that computes for it.
 *
 * @param device what tasks compute on
 * @param intraOpThreads threads of one operator, which the environment must leave alone
 * @param canary the computation by which processes are compared
 */
public record ExecutorSettings(DeviceKind device, int intraOpThreads, ExecutorCanary canary)
    implements Serializable {

  /** Returns the processor, one thread and no canary. */
  public static ExecutorSettings defaults() {
    return new ExecutorSettings(DeviceKind.CPU, 1, ExecutorCanary.none());
  }
}
