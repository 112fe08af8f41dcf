package org.silotune.fed.client;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import org.silotune.fed.FederationException;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.TokenShard;

/**
 * One silo as a round sees it: where its data is, never the data. A client of the federated
 * algorithm is exactly one silo, and its name is the client's identity: seeds, state and the order
 * of every sum hang on it, never on a partition index.
 *
 * @param folder URI or path of the prepared data that holds the silo's token shards
 * @param counts the silo's own part of the data's manifest: a task needs no other. Its name is any
 *     text of 1 to 200 characters without control characters, but not {@code *}
 * @param hosts where the silo may run; empty is anywhere
 * @param placement what {@code hosts} mean
 */
public record SiloDescriptor(
    String folder, SiloCounts counts, List<String> hosts, Placement placement)
    implements Serializable, Comparable<SiloDescriptor> {

  private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}]{1,200}");

  public SiloDescriptor {
    requireNonNull(folder, "folder");
    requireNonNull(placement, "placement");
    hosts = List.copyOf(hosts);
    String name = counts.name();
    if (!NAME.matcher(name).matches() || name.isBlank() || name.equals("*")) {
      throw new FederationException(
          "Invalid silo name '%s': must be 1 to 200 characters without control characters, and not *"
              .formatted(name));
    }
    ShardCounts train = counts.train();
    if (train.exampleCount() < 0 || train.trainedTokenCount() < 0) {
      throw new FederationException(
          "Invalid silo %s: %d training examples with %d trained tokens: counts must be >= 0"
              .formatted(name, train.exampleCount(), train.trainedTokenCount()));
    }
  }

  /** Returns the silo's name. */
  public String name() {
    return counts.name();
  }

  /** Returns the number of training examples. */
  public long trainExamples() {
    return counts.train().exampleCount();
  }

  /** Returns the positions that carry loss in one pass over the training examples. */
  public long trainedTokens() {
    return counts.train().trainedTokenCount();
  }

  /** Returns where one of the silo's splits lies and what it must hold. */
  public TokenShard shard(Split split) {
    ShardCounts shard = counts.of(split);
    return new TokenShard(
        folder, name(), split, shard.exampleCount(), shard.sha256(), counts.versions());
  }

  /** Returns whether a task on {@code host} may open the silo's data. */
  public boolean admits(String host) {
    return placement == Placement.PREFERRED || hosts.isEmpty() || hosts.contains(host);
  }

  /** Returns what a task says that runs on a {@code host} which the silo does not admit. */
  public String refusal(String host) {
    return "Cannot open the data of silo %s on host %s: its hosts are %s and placement is strict"
        .formatted(name(), host, String.join(", ", hosts));
  }

  /** Orders by name. */
  @Override
  public int compareTo(SiloDescriptor other) {
    return name().compareTo(other.name());
  }
}
