package org.silotune.fed.spark;

import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.round.TaskSite;
import org.silotune.fed.run.NumericProfile;

/** What a task finds around it: its host, its device, and its process' one canary. */
public final class ExecutorSite {

  private static @Nullable String canary;

  private ExecutorSite() {}

  /**
   * Returns the site of a running task.
   *
   * @throws org.silotune.fed.FederationException if the environment or the device is not as asked
   *     for
   */
  public static TaskSite of(TaskContext task, ExecutorSettings settings) {
    NumericProfile.requireCleanEnvironment(System.getenv(), settings.intraOpThreads());
    ComputeDevice device = TaskDevice.of(settings.device(), task.resourcesJMap());
    return new TaskSite(host(), device, () -> canary(settings), SparkHadoopUtil.get().conf());
  }

  static String host() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  private static synchronized String canary(ExecutorSettings settings) {
    if (canary == null) {
      canary = settings.canary().hash();
    }
    return canary;
  }
}
