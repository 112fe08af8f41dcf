package org.silotune.fed.job;

import org.apache.spark.SparkConf;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.spark.ExecutorSize;
import org.silotune.fed.spark.GpuShare;

/** What an experiment's tasks will compute on, as Spark's settings have it, before any runs. */
final class DeviceChoice {

  private DeviceChoice() {}

  /**
   * Checks that Spark gives tasks what they are to compute on.
   *
   * @param running the settings of the Spark that the tasks will run in
   * @throws InvalidExperimentException if it does not, or a GPU cannot hold the base
   */
  @SuppressWarnings("ReturnValueIgnored") // either will do
  static void require(ExperimentConfig config, SparkConf running) {
    onGpu(config, ExecutorSize.of(running, running.get("spark.master")));
  }

  /**
   * Returns whether tasks compute on GPUs.
   *
   * @throws InvalidExperimentException if they are to and Spark gives them none, or each is given
   *     several
   */
  static boolean onGpu(ExperimentConfig config, ExecutorSize executor) {
    boolean given = executor.gpus().isPresent();
    if (config.device() == DeviceKind.GPU && !given) {
      throw new InvalidExperimentException(
          "Cannot use device gpu: Spark gives tasks none%s set %s and %s, or device: cpu"
              .formatted(
                  executor.local() ? " under a local master; name a cluster's and" : ";",
                  GpuShare.EXECUTOR,
                  GpuShare.TASK));
    }
    boolean onGpu = given && config.device() != DeviceKind.CPU;
    if (onGpu && executor.gpus().get().perTask() > 1) {
      throw new InvalidExperimentException(
          "Invalid %s %s: a task computes on one GPU, the others would be idle; set it to 1, or to the part of one that a task takes"
              .formatted(GpuShare.TASK, number(executor.gpus().get().perTask())));
    }
    return onGpu;
  }

  private static String number(double amount) {
    return amount == StrictMath.rint(amount)
        ? Long.toString((long) amount)
        : Double.toString(amount);
  }
}
