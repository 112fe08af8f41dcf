package org.silotune.llm.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.model.BoundAdapter;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.testing.Golden;

/** Against the last hidden states of transformers: {@code embedding_golden.py}. */
final class MeanStatesTest {

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3", "gemma3", "gpt2"})
  void meansAreThoseOfTheReferenceWhateverIsBesideThem(String family) throws IOException {
    JsonNode golden =
        new JsonMapper().readTree(Golden.path("embedding/expected.json").toFile()).path(family);
    List<int[]> sequences = new ArrayList<>();
    for (JsonNode row : golden) {
      sequences.add(
          StreamSupport.stream(row.path("ids").spliterator(), false)
              .mapToInt(JsonNode::intValue)
              .toArray());
    }
    try (ComputeThread thread = ComputeThread.enter(1);
        DecoderModel model = FixtureModels.load(family)) {
      for (MeanStates states : List.of(MeanStates.defaults(), new MeanStates(1))) {
        List<float[]> means = states.embed(thread, model, BoundAdapter.none(), sequences);
        for (int i = 0; i < golden.size(); i++) {
          JsonNode expected = golden.get(i).path("mean");
          assertThat(means.get(i)).hasSize(expected.size());
          for (int d = 0; d < expected.size(); d++) {
            assertThat((double) means.get(i)[d])
                .as("%s, sequence %d, dimension %d", family, i, d)
                .isCloseTo(expected.get(d).doubleValue(), within(2e-5));
          }
        }
      }
    }
  }
}
