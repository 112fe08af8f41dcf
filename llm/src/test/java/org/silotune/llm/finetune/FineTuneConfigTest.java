package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silotune.llm.LlmException;

final class FineTuneConfigTest {

  private static final FineTuneConfig DEFAULTS = FineTuneConfig.defaults();

  @Test
  void defaultsAreThese() {
    assertThat(DEFAULTS)
        .isEqualTo(
            new FineTuneConfig(
                new OptimizerConfig.AdamW(0.9, 0.999, 1e-8, 0),
                2e-4,
                new LearningRateSchedule(LearningRateSchedule.Shape.CONSTANT, 0),
                new TrainingLength.Epochs(1),
                8,
                1024,
                128,
                OptionalDouble.of(1),
                Checkpointing.AUTO,
                new LossScaling(65536, 2000),
                1));
  }

  @Test
  void everyChangeIsOfItsSettingAlone() throws ReflectiveOperationException {
    Map<String, FineTuneConfig> changes = new TreeMap<>();
    changes.put("lossScale", DEFAULTS.withLossScale(new LossScaling(2, 3)));
    changes.putAll(
        Map.of(
            "optimizer", DEFAULTS.withOptimizer(OptimizerConfig.Sgd.defaults()),
            "learningRate", DEFAULTS.withLearningRate(3),
            "schedule",
                DEFAULTS.withSchedule(
                    new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 2)),
            "length", DEFAULTS.withLength(new TrainingLength.Steps(5)),
            "batchSize", DEFAULTS.withBatchSize(3),
            "tokenBudget", DEFAULTS.withTokenBudget(3),
            "lossChunk", DEFAULTS.withLossChunk(3),
            "clipNorm", DEFAULTS.withClipNorm(OptionalDouble.empty()),
            "checkpointing", DEFAULTS.withCheckpointing(Checkpointing.ON),
            "threads", DEFAULTS.withThreads(3)));
    for (RecordComponent component : FineTuneConfig.class.getRecordComponents()) {
      FineTuneConfig changed = changes.get(component.getName());
      assertThat(differences(changed)).containsExactly(component.getName());
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> DEFAULTS.withLearningRate(0))
        .isInstanceOf(LlmException.class)
        .hasMessage("Invalid learning rate 0.0: must be > 0");
    assertThatThrownBy(() -> DEFAULTS.withLearningRate(Double.NaN))
        .hasMessage("Invalid learning rate NaN: must be > 0");
    assertThatThrownBy(() -> DEFAULTS.withBatchSize(0))
        .hasMessage("Invalid batch size 0: must be >= 1");
    assertThatThrownBy(() -> DEFAULTS.withTokenBudget(-1))
        .hasMessage("Invalid token budget -1: must be >= 1");
    assertThatThrownBy(() -> DEFAULTS.withLossChunk(0))
        .hasMessage("Invalid loss chunk 0: must be >= 1");
    assertThatThrownBy(() -> DEFAULTS.withThreads(0))
        .hasMessage("Invalid thread count 0: must be >= 1");
    assertThatThrownBy(() -> DEFAULTS.withClipNorm(OptionalDouble.of(0)))
        .hasMessage("Invalid clip norm 0.0: must be > 0");
  }

  private static List<String> differences(FineTuneConfig changed)
      throws ReflectiveOperationException {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : FineTuneConfig.class.getRecordComponents()) {
      if (!component
          .getAccessor()
          .invoke(changed)
          .equals(component.getAccessor().invoke(DEFAULTS))) {
        names.add(component.getName());
      }
    }
    return names;
  }
}
