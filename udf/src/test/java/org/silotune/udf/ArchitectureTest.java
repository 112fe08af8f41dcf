package org.silotune.udf;

import java.util.List;
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
  void packagesDependOneWay() {
    RULES.requirePackageOrder(
        "org.silotune.udf", List.of("text", "token", "function", "model", "plan", "ml"));
  }

  @Test
  void whatIsComputedKnowsNoSpark() {
    RULES.requireNoUse(
        new String[] {
          "org.silotune.udf.text..", "org.silotune.udf.token..", "org.silotune.udf.model.."
        },
        "org.apache.spark..",
        "scala..");
  }

  @Test
  void namesPackagesAndFilesFollowTheHouse() {
    RULES.requireNounsForNames();
    RULES.requirePackageInfos();
    RULES.requireShortFiles();
  }
}
