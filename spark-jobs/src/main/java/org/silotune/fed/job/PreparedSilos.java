package org.silotune.fed.job;

import java.util.List;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.llm.NearestName;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;

/** The silos of prepared data as rounds see them. */
final class PreparedSilos {

  private PreparedSilos() {}

  /**
   * Returns a descriptor a silo, in name order.
   *
   * @throws InvalidExperimentException if hosts are given for a silo that the data does not have
   */
  static List<SiloDescriptor> of(
      PreparedFolder folder, ShardManifest manifest, PlacementConfig placement) {
    var names = manifest.siloNames();
    for (var named : placement.hosts().keySet()) {
      if (!names.contains(named)) {
        throw new InvalidExperimentException(
            "Unknown silo %s in placement.hosts%s: the data has %s"
                .formatted(named, NearestName.hint(named, names), String.join(", ", names)));
      }
    }
    return manifest.silos().stream()
        .map(
            silo ->
                new SiloDescriptor(
                    folder.uri(),
                    silo,
                    placement.hosts().getOrDefault(silo.name(), List.of()),
                    placement.mode()))
        .sorted()
        .toList();
  }
}
