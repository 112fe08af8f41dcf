package org.silotune.fed.spark;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.ExecutorCanary;
import org.silotune.fed.round.TaskSite;
import org.silotune.llm.script.TensorDevice;
import org.silotune.prep.shard.HadoopSettings;

/** What a task finds around it: its host, its device, and its process' canary. */
public final class ExecutorSite {

  /** A notebook's process serves several runs, each with its own canary. */
  private static final Map<Canary, String> CANARIES = new HashMap<>();

  private ExecutorSite() {}

  /**
   * Returns the site of a running task.
   *
   * @throws org.silotune.fed.run.NumericEnvironmentException if the process would give other bits
   * @throws org.silotune.fed.FederationException if the device is not as asked for
   */
  public static TaskSite of(TaskContext task, ExecutorSettings settings) {
    settings.environment().require(System.getenv(), settings.intraOpThreads(), host());
    int workers = Math.max(1, task.cpus() / settings.intraOpThreads());
    ComputeDevice device = TaskDevice.of(settings.device(), workers, task.resourcesJMap());
    SparkConf conf = SparkEnv.get().conf();
    ExecutorSize size = ExecutorSize.of(conf, conf.get("spark.master", "local"));
    return new TaskSite(
        host(),
        device,
        size.memory(),
        () -> canary(settings.canary(), device),
        HadoopSettings.ofThisProcess());
  }

  static String host() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  private record Canary(ExecutorCanary computation, TensorDevice place) {}

  private static synchronized String canary(ExecutorCanary computation, ComputeDevice device) {
    return CANARIES.computeIfAbsent(
        new Canary(computation, device.tensors()), each -> computation.hash(device));
  }
}
