package org.silotune.eval.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.silotune.llm.tokenizer.TokenizedExample;

/** Against lm-evaluation-harness: {@code src/test/python/task_scores.py} wrote its windows. */
final class PerplexityAnswersTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/task-scores.json");

  @Test
  void aLongTextIsCutAsTheHarnessCutsIt() throws IOException {
    for (JsonNode each : JsonMapper.builder().build().readTree(GOLDEN.toFile()).path("rolling")) {
      int length = each.path("length").asInt();
      int[] text = IntStream.range(10, 10 + length).toArray();
      List<TokenizedExample> windows =
          PerplexityAnswers.windows("t", text, 0, each.path("longest").asInt());
      assertThat(windows).hasSameSizeAs(each.path("windows"));
      for (int i = 0; i < windows.size(); i++) {
        List<Integer> ids = new ArrayList<>();
        List<Integer> scored = new ArrayList<>();
        for (int t = 0; t < windows.get(i).inputIds().length; t++) {
          boolean isScored = windows.get(i).labels()[t] != TokenizedExample.NOT_TRAINED;
          (isScored ? scored : ids).add(windows.get(i).inputIds()[t]);
        }
        assertThat(ids).as(each.toString()).isEqualTo(numbers(each.path("windows").get(i).get(0)));
        assertThat(scored)
            .as(each.toString())
            .isEqualTo(numbers(each.path("windows").get(i).get(1)));
      }
    }
  }

  private static List<Integer> numbers(JsonNode list) {
    List<Integer> numbers = new ArrayList<>();
    list.forEach(each -> numbers.add(each.asInt()));
    return numbers;
  }
}
