package org.silotune.fed.client;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.silotune.fed.FederationException;
import org.silotune.prep.shard.ShardManifest;

/** The silos of a prepared folder, as its manifest counts them. */
public final class PreparedSilos {

  private PreparedSilos() {}

  /**
   * Returns one descriptor a silo, in name order.
   *
   * @param folder path or URI of the prepared folder
   * @param hosts by silo, where it may run; a silo that is not named may run anywhere
   * @throws FederationException if hosts are given for a silo that is not there
   */
  public static List<SiloDescriptor> describe(
      String folder, ShardManifest manifest, Map<String, List<String>> hosts, Placement placement) {
    TreeSet<String> unknown = new TreeSet<>(hosts.keySet());
    manifest.siloNames().forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new FederationException(
          "Unknown silos in hosts: %s: the prepared data has %s"
              .formatted(String.join(", ", unknown), String.join(", ", manifest.siloNames())));
    }
    return manifest.silos().stream()
        .map(
            silo ->
                new SiloDescriptor(
                    silo.name(),
                    folder,
                    hosts.getOrDefault(silo.name(), List.of()),
                    placement,
                    silo.train().exampleCount(),
                    silo.train().trainedTokenCount()))
        .sorted()
        .toList();
  }
}
