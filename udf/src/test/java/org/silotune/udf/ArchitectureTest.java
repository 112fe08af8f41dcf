package org.silotune.udf;

import org.junit.jupiter.api.Test;
import org.silotune.ArchitectureRules;

final class ArchitectureTest {

  private static final ArchitectureRules RULES = ArchitectureRules.ofThisModule();

  @Test
  void modulesThatUseThisOneAreUnknownHere() {
    RULES.requireNoUse(
        new String[] {"org.silotune.udf.."},
        "org.silotune.prep..",
        "org.silotune.fed..",
        "org.silotune.cli..");
  }

  @Test
  void namesPackagesAndFilesFollowTheHouse() {
    RULES.requireNounsForNames();
    RULES.requirePackageInfos();
    RULES.requireShortFiles();
  }
}
