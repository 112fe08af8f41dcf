package org.silotune.fed.client;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of a question to one silo.
 *
 * @param reason why there is no value, empty where there is one
 * @param host of the executor, empty where no task ran to its end
 * @param canary hash of the executor's canary computation, empty where none was run
 * @param given the answer, where {@code status} is {@link Status#GIVEN}
 * @param <T> what is answered, in types that Java can serialise
 */
public record SiloReply<T>(
    String silo, Status status, String reason, String host, String canary, @Nullable T given)
    implements Serializable {

  /** The ends that a question can have. */
  public enum Status {
    /** It was answered. */
    GIVEN,
    /** A machine, a disk or a clock failed the silo. */
    LOST,
    /** The task ran on a host that may not open the silo's data. */
    MISPLACED;

    /** Returns the name that tables use. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public SiloReply {
    requireNonNull(silo, "silo");
    if ((given != null) != (status == Status.GIVEN)) {
      throw new IllegalArgumentException(
          "Invalid reply of silo %s: %s with status %s".formatted(silo, given, status));
    }
  }

  /** Returns an answer. */
  public static <T> SiloReply<T> of(String silo, T answer, String host, String canary) {
    return new SiloReply<>(silo, Status.GIVEN, "", host, canary, answer);
  }

  /** Returns the reply of a silo that gave no answer. */
  public static <T> SiloReply<T> without(String silo, Status status, String reason, String host) {
    return new SiloReply<>(silo, status, reason, host, "", null);
  }

  /** Returns the answer, if there is one. */
  public Optional<T> answer() {
    return Optional.ofNullable(given);
  }

  /** Returns silo, status and reason as one line. */
  public String account() {
    return "%s: %s, %s".formatted(silo, status.label(), reason);
  }
}
