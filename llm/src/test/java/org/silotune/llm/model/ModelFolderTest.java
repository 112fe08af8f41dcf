package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.tensor.NamedTensors;

final class ModelFolderTest {

  @TempDir private Path folder;

  @Test
  void configStaysThatOfTheWeightsWhereNewWeightsCannotBeWritten() throws IOException {
    ObjectNode json = (ObjectNode) FixtureModels.config("llama", "config.json");
    NamedTensors weights = DecoderBlueprint.of(json).initialise(1);
    ModelFolder.write(folder, json, weights, DType.F32);
    String config = Files.readString(folder.resolve("config.json"));
    Path target = folder.resolve("model.safetensors");
    Files.delete(target);
    Files.createDirectories(target.resolve("obstacle"));

    ObjectNode other = json.deepCopy().put("rope_theta", 2.0);
    assertThatThrownBy(() -> ModelFolder.write(folder, other, weights, DType.F32))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Cannot write %s: ".formatted(target));

    assertThat(folder.resolve("config.json")).hasContent(config);
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("config.json", target.toFile().getName());
  }
}
