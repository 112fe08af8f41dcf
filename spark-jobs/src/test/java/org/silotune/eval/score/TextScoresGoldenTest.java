package org.silotune.eval.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.silotune.eval.task.AnswerConfig;
import org.silotune.eval.task.DecodingConfig;
import org.silotune.eval.task.GenerateConfig;
import org.silotune.eval.task.TextMetric;

/** Against lm-evaluation-harness: {@code src/test/python/task_scores.py} wrote what it says. */
final class TextScoresGoldenTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/task-scores.json");

  @Test
  void answersAreTakenAndComparedAsTheHarnessDoes() throws IOException {
    var golden = JsonMapper.builder().build().readTree(GOLDEN.toFile());
    assertThat(golden.path("cases")).hasSize(4 * 2 * 18);
    for (var each : golden.path("cases")) {
      var answer =
          new AnswerConfig(
              "a",
              each.path("pattern").asText(),
              Optional.of(
                  AnswerConfig.Take.valueOf(each.path("take").asText().toUpperCase(Locale.ROOT))));
      var text = each.path("answer").asText();
      assertThat(TakenAnswer.of(answer, text))
          .as(each.toString())
          .isEqualTo(each.path("taken").asText());
      var scores = new TextScores(config(answer, texts(golden.path("ignore"))));
      for (int i = 0; i < golden.path("references").size(); i++) {
        var score = scores.of(text, golden.path("references").get(i).asText()).get(0);
        assertThat(score.value() == 1)
            .as("%s %d", each, i)
            .isEqualTo(each.path("matches").get(i).asBoolean());
      }
    }
  }

  @Test
  void numbersAreComparedAsNumbers() {
    var scores =
        new TextScores(
            new GenerateConfig(
                "p",
                "t",
                DecodingConfig.defaults(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(TextMetric.NUMERIC_MATCH, TextMetric.EXACT_MATCH)));
    assertThat(scores.of("6.0", "#### 6")).extracting(Score::value).containsExactly(1.0, 0.0);
    assertThat(scores.of("none", "none")).extracting(Score::value).containsExactly(0.0, 1.0);
  }

  private static GenerateConfig config(AnswerConfig answer, List<String> ignore) {
    return new GenerateConfig(
        "p",
        "t",
        DecodingConfig.defaults(),
        Optional.of(List.of(answer)),
        Optional.of(ignore),
        Optional.of(true),
        List.of(TextMetric.EXACT_MATCH));
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
