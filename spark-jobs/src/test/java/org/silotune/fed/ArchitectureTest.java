package org.silotune.fed;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.ArchitectureRules;

final class ArchitectureTest {

  private static final ArchitectureRules RULES = ArchitectureRules.ofThisModule();

  @Test
  void packagesDependOneWay() {
    RULES.requirePackageOrder(
        "org.silotune.fed",
        List.of(
            "metrics",
            "client",
            "sample",
            "aggregate",
            "server",
            "run",
            "round",
            "spark",
            "eval",
            "job"));
    RULES.requireNoUse(new String[] {"org.silotune.fed.."}, "org.silotune.cli..");
  }

  @Test
  void roundsAndAlgorithmsAreTestedWithoutSpark() {
    RULES.requireUseOnlyIn(
        new String[] {
          "org.silotune.fed.spark..", "org.silotune.fed.eval..", "org.silotune.fed.job.."
        },
        "org.apache.spark..",
        "scala..");
  }

  @Test
  void trainingSeesPreparedShardsAndNothingElseOfThePreparation() {
    RULES.requireUseOnlyIn(
        new String[] {"org.silotune.fed.job..", "org.silotune.cli.."},
        "org.silotune.prep.source..",
        "org.silotune.prep.split..",
        "org.silotune.prep.job..");
  }

  @Test
  void namesPackagesAndFilesFollowTheHouse() {
    RULES.requireNounsForNames();
    RULES.requirePackageInfos();
    RULES.requireShortFiles();
  }
}
