package org.silotune.llm.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;

final class ModelWorkTest {

  /** L 4, D 192, 6 heads of 32, 2 of keys and values, F 512, V 2048. */
  @Test
  void theBundledModelsWorkIsThatOfItsMatrices() {
    try (DecoderModel model = FixtureModels.bundled()) {
      assertThat(ModelWork.of(model))
          .isEqualTo(new ModelWork(4 * (2 * 192 * 192 + 2 * 192 * 64 + 3 * 192 * 512), 2048 * 192));
    }
  }

  @Test
  void fourOperationsAWeightAndTokenAndTheHeadWhereThereIsALoss() {
    ModelWork work = new ModelWork(1000, 10);
    assertThat(work.training(7, 3)).isEqualTo(4 * (7000 + 30));
    assertThat(work.recomputing(7)).isEqualTo(2 * 7000);
    assertThat(work.forward(7, 3)).isEqualTo(2 * (7000 + 30));
  }
}
