package org.silotune.llm.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.silotune.llm.checkpoint.source.BaseFormat.FLOAT32;
import static org.silotune.llm.finetune.Checkpointing.OFF;
import static org.silotune.llm.finetune.Checkpointing.ON;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.finetune.Checkpointing;
import org.silotune.llm.model.ComputeType;
import org.silotune.llm.plan.FineTuneProcess.Peaks;
import org.silotune.llm.plan.FineTuneProcess.Setting;

/** The plan of a fine-tune beside the kernel's word (VmHWM) on the process that made it. */
final class PredictedPeakTest {

  private static final Path TINY = Path.of("src/main/resources/org/silotune/llm/hub/tiny");
  private static final double TOLERANCE = 0.15;

  @TempDir private Path cache;

  @Test
  void keptLayersOfTheBundledModelTakeWhatIsPredicted() throws Exception {
    assertPredicted(setting(OFF, 4096));
  }

  @Test
  void recomputedLayersOfTheBundledModelTakeWhatIsPredicted() throws Exception {
    assertPredicted(setting(ON, 4096));
  }

  private Setting setting(Checkpointing checkpointing, int tokens) {
    return Setting.of(TINY, cache, FLOAT32, ComputeType.FLOAT32, checkpointing, 512, tokens);
  }

  private static void assertPredicted(Setting setting) throws IOException, InterruptedException {
    Peaks peaks = Peaks.of(FineTuneProcess.run(setting, List.of(), List.of("-Xmx256m")));
    assertThat(peaks.error()).as("%s: %s", setting, peaks).isBetween(-TOLERANCE, TOLERANCE);
  }
}
