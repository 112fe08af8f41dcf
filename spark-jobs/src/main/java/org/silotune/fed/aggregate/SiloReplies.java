package org.silotune.fed.aggregate;

import java.io.Serializable;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.client.SiloReply.Status;

/**
 * The replies of several silos to one question, by silo name. Immutable.
 *
 * @param <T> what is answered
 */
public final class SiloReplies<T> implements SiloSum<SiloReplies<T>>, Serializable {

  private static final long serialVersionUID = 1L;
  private static final int NAMED_SILOS = 8;

  private final SortedMap<String, SiloReply<T>> bySilo;

  private SiloReplies(SortedMap<String, SiloReply<T>> bySilo) {
    this.bySilo = bySilo;
  }

  /**
   * Returns the replies together.
   *
   * @throws IllegalArgumentException if a silo replied twice
   */
  public static <T> SiloReplies<T> of(Collection<SiloReply<T>> replies) {
    TreeMap<String, SiloReply<T>> bySilo = new TreeMap<>();
    for (SiloReply<T> reply : replies) {
      if (bySilo.put(reply.silo(), reply) != null) {
        throw new IllegalArgumentException(
            "Invalid replies: silo %s is there twice".formatted(reply.silo()));
      }
    }
    return new SiloReplies<>(bySilo);
  }

  @Override
  public SiloReplies<T> plus(SiloReplies<T> other) {
    TreeMap<String, SiloReply<T>> union = new TreeMap<>(bySilo);
    for (SiloReply<T> reply : other.bySilo.values()) {
      if (union.put(reply.silo(), reply) != null) {
        throw new IllegalArgumentException(
            "Invalid replies: silo %s is in both parts".formatted(reply.silo()));
      }
    }
    return new SiloReplies<>(union);
  }

  @Override
  public SiloReplies<T> minus(Collection<String> silos) {
    TreeMap<String, SiloReply<T>> rest = new TreeMap<>(bySilo);
    for (String silo : silos) {
      SiloReply<T> removed = rest.remove(silo);
      if (removed == null || removed.status() == Status.GIVEN) {
        throw new IllegalArgumentException(
            "Cannot take out silo %s: it answered, or it was not asked".formatted(silo));
      }
    }
    return new SiloReplies<>(rest);
  }

  @Override
  public Set<String> misplaced() {
    return bySilo.values().stream()
        .filter(reply -> reply.status() == Status.MISPLACED)
        .map(SiloReply::silo)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the replies by silo name, in name order. */
  public SortedMap<String, SiloReply<T>> bySilo() {
    return Collections.unmodifiableSortedMap(bySilo);
  }

  /** Returns the replies without an answer, in name order. */
  public List<SiloReply<T>> unanswered() {
    return bySilo.values().stream().filter(reply -> reply.answer().isEmpty()).toList();
  }

  /**
   * Checks that some silo answered.
   *
   * @param what was asked for, such as {@code test loss after round 3}
   * @throws FederationException that names the first silos with their reasons
   */
  public void requireAnswers(String what) {
    List<SiloReply<T>> unanswered = unanswered();
    if (unanswered.isEmpty() || unanswered.size() < bySilo.size()) {
      return;
    }
    throw new FederationException(
        "Cannot compute %s: none of %d silos could be asked: %s%s"
            .formatted(
                what,
                unanswered.size(),
                unanswered.stream()
                    .limit(NAMED_SILOS)
                    .map(SiloReply::account)
                    .collect(Collectors.joining("; ")),
                unanswered.size() > NAMED_SILOS ? "; ..." : ""));
  }
}
