package org.silotune.llm;

import ai.djl.ndarray.NDManager;
import com.tngtech.archunit.core.domain.JavaCall;
import java.nio.Buffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.ArchitectureRules;
import org.silotune.llm.checkpoint.MappedFile;
import org.silotune.llm.checkpoint.PinnedMapping;
import org.silotune.llm.script.NativeScope;

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
            "plan",
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

  /** Autograd outlives Java's handles, so that memory of a buffer may be gone when it is read. */
  @Test
  void tensorsLieOverPinnedMappingsAlone() {
    RULES.requireCallsOnlyIn(
        "make a tensor over memory of Java",
        call ->
            call.getTargetOwner().getPackageName().startsWith("ai.djl.")
                && (takesABuffer(call) || copiesIntoABuffer(call)),
        List.of(NativeScope.class.getName() + ".mappedInPlace"));
    RULES.requireCallsOnlyIn(
        "map a file",
        call ->
            call.getTargetOwner().isAssignableTo(FileChannel.class) && call.getName().equals("map"),
        List.of(PinnedMapping.class.getName() + ".of", MappedFile.class.getName() + ".map"));
  }

  private static boolean takesABuffer(JavaCall<?> call) {
    return call.getTarget().getRawParameterTypes().stream()
        .anyMatch(type -> type.isAssignableTo(Buffer.class));
  }

  private static boolean copiesIntoABuffer(JavaCall<?> call) {
    return call.getTargetOwner().isAssignableTo(NDManager.class) && call.getName().equals("create");
  }

  @Test
  void namesPackagesAndFilesFollowTheHouse() {
    RULES.requireNounsForNames();
    RULES.requirePackageInfos();
    RULES.requireShortFiles();
  }
}
