package org.silotune.llm;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.ArchitectureRules;

final class ArchitectureTest {

  private static final ArchitectureRules RULES = ArchitectureRules.ofThisModule();

  @Test
  void packagesDependOneWay() {
    RULES.requirePackageOrder(
        "org.silotune.llm",
        List.of(
            "tensor",
            "checkpoint",
            "hub",
            "tokenizer",
            "script",
            "model",
            "adapter",
            "finetune",
            "generate",
            "eval",
            "pretrain"));
  }

  @Test
  void sparkAndTheOtherModulesAreUnknownHere() {
    RULES.requireNoUse(
        new String[] {"org.silotune.llm.."},
        "org.apache.spark..",
        "org.apache.hadoop..",
        "scala..",
        "org.silotune.udf..",
        "org.silotune.prep..",
        "org.silotune.fed..",
        "org.silotune.cli..");
  }

  @Test
  void theEngineIsCalledByTheScriptPackageAlone() {
    RULES.requireUseOnlyIn(
        new String[] {"org.silotune.llm.script..", "org.silotune.llm.tokenizer..", "ai.djl.."},
        "ai.djl..");
    RULES.requireNoUse(new String[] {"org.silotune.llm.tokenizer.."}, "ai.djl.pytorch..");
  }

  @Test
  void namesPackagesAndFilesFollowTheHouse() {
    RULES.requireNounsForNames();
    RULES.requirePackageInfos();
    RULES.requireShortFiles();
  }

  @Test
  void chanceComesFromTheSeed() {
    RULES.requireSeededChance();
  }
}
