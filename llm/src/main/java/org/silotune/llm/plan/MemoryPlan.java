package org.silotune.llm.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.silotune.llm.Bytes;

/**
 * What the memory of a process goes to while its tasks train, by a model of it, not by measuring:
 * {@link TrainingMemory}.
 *
 * @param process what the process has once
 * @param task what each task has
 * @param tasks how many train at once, at least 1
 */
public record MemoryPlan(List<MemoryConsumer> process, List<MemoryConsumer> task, int tasks) {

  private static final int NAMED = 3;

  public MemoryPlan {
    process = List.copyOf(process);
    task = List.copyOf(task);
    if (tasks < 1) {
      throw new IllegalArgumentException("Invalid tasks: %d, must be >= 1".formatted(tasks));
    }
  }

  /** Returns the peak of what the process has once. */
  public long processBytes() {
    return sum(process);
  }

  /** Returns the peak of a task. */
  public long taskBytes() {
    return sum(task);
  }

  /** Returns the peak of the whole process. */
  public long peakBytes() {
    return processBytes() + taskBytes() * tasks;
  }

  /** Returns the part of the peak that lies in {@code kind}. */
  public long bytes(MemoryConsumer.Kind kind) {
    return consumers().stream()
        .filter(c -> c.kind() == kind)
        .mapToLong(MemoryConsumer::bytes)
        .sum();
  }

  /** Returns all consumers, those of tasks for all tasks together, the largest first. */
  public List<MemoryConsumer> consumers() {
    List<MemoryConsumer> all = new ArrayList<>(process);
    task.forEach(consumer -> all.add(consumer.times(tasks)));
    all.sort(
        Comparator.comparingLong(MemoryConsumer::bytes)
            .reversed()
            .thenComparing(MemoryConsumer::name));
    return all;
  }

  /** Returns the largest consumers with what they take, for people. */
  public String largest() {
    return consumers().stream()
        .limit(NAMED)
        .map(c -> "%s %s".formatted(c.name(), Bytes.text(c.bytes())))
        .collect(Collectors.joining(", "));
  }

  private static long sum(List<MemoryConsumer> consumers) {
    return consumers.stream().mapToLong(MemoryConsumer::bytes).sum();
  }
}
