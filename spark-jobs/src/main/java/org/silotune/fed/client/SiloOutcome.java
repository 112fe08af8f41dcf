package org.silotune.fed.client;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.metrics.SiloMetrics;

/**
 * How a silo fared in one round: what rides beside the delta sums in the same aggregate.
 *
 * @param reason why, empty where {@code status} is {@link Status#TRAINED}
 * @param weight aggregation weight; above 0 exactly where the silo's delta counts
 * @param deltaNorm L2 norm of the delta before clipping; 0 where there is none
 * @param host of the executor, empty where no task ran to its end
 * @param canary hash of the executor's canary computation, empty where none was run
 * @param carried the file of carried state that the update wrote, if any
 */
public record SiloOutcome(
    String silo,
    Status status,
    String reason,
    long weight,
    SiloMetrics metrics,
    double deltaNorm,
    boolean clipped,
    String host,
    String canary,
    @Nullable CarriedState carried)
    implements Serializable {

  /** The ends that a silo's part in a round can have. */
  public enum Status {
    /** All steps were taken. */
    TRAINED,
    /** The deadline fired; the steps taken count. */
    PARTIAL,
    /** The silo's data gives no usable update: the same again on every try. */
    FAILED,
    /** A machine, a disk or a clock failed the silo: another try might have ended otherwise. */
    LOST,
    /** The task ran on a host that may not open the silo's data. */
    MISPLACED;

    /** Returns the name that tables use. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A file of state that a silo carries from round to round; it counts only if the committed round
   * names it.
   *
   * @param file name under the run's folder of carried state
   * @param sha256 of the file's bytes
   */
  public record CarriedState(String file, String sha256) implements Serializable {}

  public SiloOutcome {
    requireNonNull(silo, "silo");
    if (weight < 0 || (weight > 0) != (status == Status.TRAINED || status == Status.PARTIAL)) {
      throw new IllegalArgumentException(
          "Invalid outcome of silo %s: weight %d with status %s".formatted(silo, weight, status));
    }
  }

  /** Returns the outcome of a silo whose delta does not count. */
  public static SiloOutcome without(String silo, Status status, String reason, String host) {
    return new SiloOutcome(silo, status, reason, 0, SiloMetrics.NONE, 0, false, host, "", null);
  }

  /** Returns whether the silo's delta counts in the aggregate. */
  public boolean counts() {
    return weight > 0;
  }

  /** Returns whether the same round run again is sure to end the same for this silo. */
  public boolean reproducible() {
    return status == Status.TRAINED || status == Status.FAILED;
  }
}
