package org.silotune.fed.metrics;

import java.io.Serializable;

/**
 * What one silo counted during one local update.
 *
 * @param steps optimizer steps taken
 * @param examplesSeen examples trained on, each time counted
 * @param tokensSeen tokens of those examples
 * @param trainedTokens the tokens that carried loss
 * @param lossSum sum of token losses over {@code trainedTokens}; not the mean
 * @param repeats how often a step whose float16 gradient was not finite was computed again
 * @param lossScale what losses were scaled with after the last step; 1 unless products are float16
 * @param device what it computed on, cpu, or gpu and its address; empty where nothing was computed
 * @param recomputed whether layers were recomputed for the backward pass, which changes no bit; it
 *     may differ between equal runs, as executors have memory
 * @param seconds wall time of the local update; differs between equal runs
 */
public record SiloMetrics(
    int steps,
    long examplesSeen,
    long tokensSeen,
    long trainedTokens,
    double lossSum,
    int repeats,
    double lossScale,
    String device,
    boolean recomputed,
    double seconds)
    implements Serializable {

  /** The metrics of a silo that did no work. */
  public static final SiloMetrics NONE = new SiloMetrics(0, 0, 0, 0, 0, 0, 1, "", false, 0);

  /** Returns whether a GPU computed, which adds in an order of its own. */
  public boolean onGpu() {
    return !device.isEmpty() && !device.equals("cpu");
  }

  /** Returns the mean loss of a trained token, NaN where none was trained. */
  public double meanLoss() {
    return lossSum / trainedTokens;
  }
}
