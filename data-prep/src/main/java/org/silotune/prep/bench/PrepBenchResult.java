package org.silotune.prep.bench;

import java.util.List;

/**
 * What a preparation took.
 *
 * @param rows read
 * @param rowsWritten to the shards
 * @param tokens in the shards
 * @param seconds from opening the source to the manifest
 * @param steps what each step took, in order; the last one writes
 * @param heapPeakBytes the most that the Java heap held at one moment, garbage included
 * @param peakRssBytes the process' largest resident size
 * @param contentSha256 of the shards
 */
public record PrepBenchResult(
    long rows,
    long rowsWritten,
    long tokens,
    double seconds,
    List<Step> steps,
    long heapPeakBytes,
    long peakRssBytes,
    String contentSha256) {

  public PrepBenchResult {
    steps = List.copyOf(steps);
  }

  /**
   * A step of the preparation.
   *
   * @param name of the stage, or {@code write}
   * @param seconds by how much all steps up to it take longer than those before; noise may make a
   *     step that costs nothing negative
   */
  public record Step(String name, double seconds) {}
}
