package org.silotune.fed.client;

/** What a run asks its tasks to compute on. */
public enum DeviceKind {
  /** The GPU that the task is given, where it is given one that its process can compute on. */
  AUTO,
  /** The processor, also where tasks are given GPUs. */
  CPU,
  /** The GPU that the task is given; a task that is given none fails the run. */
  GPU
}
