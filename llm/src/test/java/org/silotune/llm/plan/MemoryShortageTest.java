package org.silotune.llm.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.llm.checkpoint.source.BaseFormat.FLOAT32;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelLoader;
import org.silotune.llm.plan.FineTuneProcess.Setting;
import org.silotune.llm.script.RefusedMemory;

/** Processes that the system really gives too little. */
final class MemoryShortageTest {

  private static final MemoryLimit THREE_ON_TWO = new MemoryLimit(1L << 40, 0, 3, 2);
  private static final Path TINY = Path.of("src/main/resources/org/silotune/llm/hub/tiny");

  @TempDir private Path cache;

  @Test
  void aGpusRefusalNamesItsLargestConsumersAndWhatToSet() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      TrainedModel trained = TrainedModel.of(model, LoraConfig.defaults()).onGpu();
      TrainingShape kept = new TrainingShape(4096, 512, 256, 1, 2, /* recompute= */ false);
      assertThat(
              new MemoryShortage(trained, kept, THREE_ON_TWO)
                  .refused(RefusedMemory.onGpu("1.50 GiB", "1.30 GiB")))
          .hasMessage(
              "Cannot train: 1.61 GB more of the GPU's memory were refused; the predicted peak there with 2 tasks at once is 1.18 GB, most of it CUDA's context and libraries 629 MB, activations of 4 layers 408 MB, gradients of activations 69.2 MB; set checkpointing on, which takes 855 MB, or take a GPU with more");
      assertThat(
              new MemoryShortage(trained, kept.withRecompute(true), THREE_ON_TWO)
                  .refused(RefusedMemory.onGpu("20 MiB", "500 MiB")))
          .hasMessageMatching(
              "Cannot train: 21\\.0 MB more of the GPU's memory were refused; the predicted peak there with 2 tasks at once is 855 MB, .*; no setting of the trainer fits in its 524 MB: take a smaller precision.base or take a GPU with more");
    }
  }

  /**
   * The base and all tensors are the GPU's: no setting of the trainer takes less of the process.
   */
  @Test
  void theProcessBesideAGpuNamesWhatItHasItself() {
    try (DecoderModel model = ModelLoader.load(TINY, cache)) {
      TrainedModel trained = TrainedModel.of(model, LoraConfig.defaults()).onGpu();
      TrainingShape kept = new TrainingShape(4096, 512, 256, 1, 2, /* recompute= */ false);
      MemoryShortage shortage = new MemoryShortage(trained, kept, THREE_ON_TWO);
      assertThat(shortage.refused(RefusedMemory.ofProcess(3_000_000)))
          .hasMessage(
              "Cannot train: 3.00 MB more of native memory were refused; the predicted peak is 292 MB, most of it JVM and libtorch 189 MB, Java heap 102 MB, page-locked ids and rotary tables 1.77 MB; tensors lie on the GPU, so give the process more (spark.executor.memoryOverhead)");
      assertThat(shortage.exhausted(new OutOfMemoryError("Java heap space")))
          .hasMessageMatching(
              "Cannot train: Java heap space, the heap may take .*; raise -Xmx \\(spark.executor.memory\\); the predicted peak is 292 MB, most of it JVM and libtorch 189 MB, .*");
    }
  }

  @Test
  void refusedNativeMemoryNamesTheLargestConsumersAndWhatToSet() throws Exception {
    Setting setting =
        Setting.of(TINY, cache, FLOAT32, ComputeType.FLOAT32, Checkpointing.OFF, 512, 32 * 1024);
    String output =
        FineTuneProcess.run(
            setting,
            List.of("prlimit", "--as=3000000000"),
            List.of(
                "-Xmx96m",
                "-XX:CompressedClassSpaceSize=64m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:+UseSerialGC"));
    assertThat(output)
        .containsPattern(
            "failed: Cannot train: [0-9.]+ [kM]B more of native memory were refused; the predicted peak is [0-9.]+ GB, most of it activations of 4 layers [0-9.]+ [MG]B, free blocks of the allocator [0-9.]+ [MG]B, gradients of activations [0-9.]+ MB; set checkpointing on.*, which takes [0-9.]+ [MG]B, or give the process more \\(spark.executor.memoryOverhead\\)");
  }
}
