package org.silotune.prep;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.ArchitectureRules;

final class ArchitectureTest {

  private static final ArchitectureRules RULES = ArchitectureRules.ofThisModule();

  @Test
  void packagesDependOneWay() {
    RULES.requirePackageOrder(
        "org.silotune.prep",
        List.of("shard", "source", "split", "stage", "dataset", "job", "bench"));
  }

  @Test
  void federationAndTheCommandLineAreUnknownHere() {
    RULES.requireNoUse(
        new String[] {"org.silotune.prep.."}, "org.silotune.fed..", "org.silotune.cli..");
  }

  @Test
  void namesPackagesAndFilesFollowTheHouse() {
    RULES.requireNounsForNames();
    RULES.requirePackageInfos();
    RULES.requireShortFiles();
  }
}
