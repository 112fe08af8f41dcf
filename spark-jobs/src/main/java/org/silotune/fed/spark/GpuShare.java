package org.silotune.fed.spark;

import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * The GPUs that Spark gives an executor and its tasks.
 *
 * @param gpus of an executor, at least 1
 * @param perTask how many of them a task has: a whole number, or the part of one that it shares
 */
public record GpuShare(int gpus, double perTask) {

  /** What Spark gives a task no GPU without. */
  public static final String TASK = "spark.task.resource.gpu.amount";

  /** What an executor asks its cluster manager for. */
  public static final String EXECUTOR = "spark.executor.resource.gpu.amount";

  /** Reads the settings; empty where tasks are given none. */
  static Optional<GpuShare> of(SparkConf conf) {
    double perTask = conf.getDouble(TASK, 0);
    return perTask > 0
        ? Optional.of(new GpuShare(Math.max(1, conf.getInt(EXECUTOR, 1)), perTask))
        : Optional.empty();
  }

  /** Returns how many tasks of an executor share one GPU. */
  public int tasksPerGpu() {
    return perTask < 1 ? (int) Math.floor(1 / perTask) : 1;
  }

  /** Returns how many tasks of an executor have GPUs at once. */
  public int tasks() {
    return perTask <= 1 ? gpus * tasksPerGpu() : Math.max(1, (int) (gpus / perTask));
  }
}
