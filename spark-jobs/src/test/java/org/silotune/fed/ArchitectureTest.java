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
    RULES.requirePackageOrder("org.silotune.eval", List.of("sandbox", "task", "score", "job"));
    RULES.requirePackageOrder(
        "org.silotune.suite", List.of("config", "cell", "stats", "report", "table", "job"));
    RULES.requireNoUse(
        new String[] {"org.silotune.fed.."},
        "org.silotune.cli..",
        "org.silotune.eval..",
        "org.silotune.suite..");
    RULES.requireNoUse(
        new String[] {"org.silotune.eval.."}, "org.silotune.cli..", "org.silotune.suite..");
    RULES.requireNoUse(new String[] {"org.silotune.suite.."}, "org.silotune.cli..");
    RULES.requireNoUse(
        new String[] {"org.silotune.chart.."},
        "org.silotune.cli..",
        "org.silotune.eval..",
        "org.silotune.fed..",
        "org.silotune.suite..");
    RULES.requireNoUse(
        new String[] {
          "org.silotune.eval.sandbox..", "org.silotune.eval.task..", "org.silotune.eval.score.."
        },
        "org.silotune.fed..");
  }

  @Test
  void roundsAndAlgorithmsAreTestedWithoutSpark() {
    RULES.requireUseOnlyIn(
        new String[] {
          "org.silotune.fed.spark..",
          "org.silotune.fed.eval..",
          "org.silotune.fed.job..",
          "org.silotune.eval.job..",
          "org.silotune.suite.job.." // rows of arms are samples of a prepared table
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
        "org.silotune.prep.dataset..",
        "org.silotune.prep.job..");
  }

  @Test
  void namesPackagesAndFilesFollowTheHouse() {
    RULES.requireNounsForNames();
    RULES.requirePackageInfos();
    RULES.requireShortFiles();
  }
}
