package org.silotune.fed.client;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import org.silotune.fed.FederationException;

/**
 * One silo as a round sees it: where its data is, never the data. A client of the federated
 * algorithm is exactly one silo, and its name is the client's identity: seeds, state and the order
 * of every sum hang on it, never on a partition index.
 *
 * @param name any text of 1 to 200 characters without control characters, but not {@code *}
 * @param shards URI or path of the prepared data that holds the silo's token shards
 * @param hosts where the silo may run; empty is anywhere
 * @param placement what {@code hosts} mean
 * @param trainExamples training examples, from the data's manifest
 * @param trainedTokens the positions that carry loss in one pass over them
 */
public record SiloDescriptor(
    String name,
    String shards,
    List<String> hosts,
    Placement placement,
    long trainExamples,
    long trainedTokens)
    implements Serializable, Comparable<SiloDescriptor> {

  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,200}");

  public SiloDescriptor {
    requireNonNull(shards, "shards");
    requireNonNull(placement, "placement");
    hosts = List.copyOf(hosts);
    if (!NAME.matcher(name).matches() || name.isBlank() || name.equals("*")) {
      throw new FederationException(
          "Invalid silo name '%s': must be 1 to 200 characters without control characters, and not *"
              .formatted(name));
    }
    if (trainExamples < 0 || trainedTokens < 0) {
      throw new FederationException(
          "Invalid silo %s: %d training examples with %d trained tokens: counts must be >= 0"
              .formatted(name, trainExamples, trainedTokens));
    }
  }

  /** Returns whether a task on {@code host} may open the silo's data. */
  public boolean admits(String host) {
    return placement == Placement.PREFERRED || hosts.isEmpty() || hosts.contains(host);
  }

  /** Returns what a task says that runs on a {@code host} which the silo does not admit. */
  public String refusal(String host) {
    return "Cannot open the data of silo %s on host %s: its hosts are %s and placement is strict"
        .formatted(name, host, String.join(", ", hosts));
  }

  /** Orders by name. */
  @Override
  public int compareTo(SiloDescriptor other) {
    return name.compareTo(other.name);
  }
}
