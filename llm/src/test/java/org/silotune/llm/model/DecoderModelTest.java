package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a model, on a device that is the processor. */
final class DecoderModelTest {

  @TempDir private Path cache;

  @Test
  void whatTheDeviceKeepsOfAClosedModelIsGivenBackOnceItsTensorsAreGone() {
    List<Integer> held = new ArrayList<>();
    List<DecoderModel> models = new ArrayList<>();
    models.add(
        CopiedModels.load(
            "llama", cache, ModelOptions.float32(), () -> held.add(models.get(0).heldCount())));
    assertThat(models.get(0).heldCount()).isPositive();
    assertThat(held).isEmpty();
    models.get(0).close();
    assertThat(held).containsExactly(0);
  }

  @Test
  void aDeviceThatFailsThenIsAnError() {
    DecoderModel model =
        CopiedModels.load(
            "llama",
            cache,
            ModelOptions.float32(),
            () -> {
              throw new IllegalStateException("CUDA error: unspecified launch failure");
            });
    assertThatThrownBy(model::close).hasMessage("CUDA error: unspecified launch failure");
    assertThat(model.heldCount()).isZero();
  }
}
