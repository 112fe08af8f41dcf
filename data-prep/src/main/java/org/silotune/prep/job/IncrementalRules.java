package org.silotune.prep.job;

import org.silotune.prep.UnusableDataException;
import org.silotune.prep.split.SiloPartitioner;
import org.silotune.prep.stage.StagesConfig;

/** What cannot be prepared incrementally, for a new row would change what became of an old one. */
final class IncrementalRules {

  private IncrementalRules() {}

  /**
   * Checks the settings of a folder that takes in new rows.
   *
   * @throws UnusableDataException that says why, and what to use instead
   */
  static void require(PrepareConfig config) {
    SiloPartitioner silos = config.silos();
    if (silos.needsCensus()) {
      throw new UnusableDataException(
          "Cannot prepare incrementally with data.silos %s: which silo a row belongs to depends on the rows of each category, so old rows would change silo when new ones come; use column, natural-id, iid, dirichlet or size-skewed, or leave data.incremental out"
              .formatted(PreparationRecord.silos(silos).get("kind").asText()));
    }
    int minimum = silos.minimumRows().orElse(1);
    if (minimum > 1) {
      throw new UnusableDataException(
          "Cannot prepare incrementally with data.silos.min-rows %d: which silos are too small depends on all their rows, and new ones would bring old ones back; set it to 1, or leave data.incremental out"
              .formatted(minimum));
    }
    StagesConfig stages = config.stages();
    if (stages.nearDuplicates().isPresent() || stages.exactDuplicates()) {
      throw new UnusableDataException(
          "Cannot prepare incrementally with data.stages.%s: a new row would have to be compared with the texts of old ones, which are not kept; leave the stage out and remove duplicates at the source, or leave data.incremental out"
              .formatted(stages.exactDuplicates() ? "exact-duplicates" : "near-duplicates"));
    }
  }
}
