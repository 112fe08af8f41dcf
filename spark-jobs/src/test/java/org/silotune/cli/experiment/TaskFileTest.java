package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.silotune.eval.task.CodeConfig;
import org.silotune.eval.task.DecodingConfig;
import org.silotune.eval.task.GenerateConfig;
import org.silotune.fed.client.SettingsMessage;

final class TaskFileTest {

  private static final String TASK =
      """
      id: mine
      source: { file: rows.jsonl }
      ask:
        kind: generate
        prompt: "{{q}}"
        target: "{{a}}"
        metrics: [exact-match]
      """;

  @Test
  void aTaskIsItsKeys() {
    var task = TaskFile.read(TASK, "mine.yaml");
    assertThat(task.id()).isEqualTo("mine");
    assertThat(task.ask())
        .isInstanceOfSatisfying(
            GenerateConfig.class,
            ask -> assertThat(ask.decoding()).isEqualTo(DecodingConfig.defaults()));
  }

  @Test
  void aTaskCrossesToAnExecutorUnchanged() {
    var code =
        TASK.replace("kind: generate", "kind: code\n  language: python\n  solution: s")
            .replace("target: \"{{a}}\"", "files: { main.py: x, lib/b.py: y }")
            .replace("  metrics: [exact-match]", "  k: [1]");
    var task = TaskFile.read(code, "mine.yaml");
    assertThat(((CodeConfig) task.ask()).files()).containsOnlyKeys("main.py", "lib/b.py");
    assertThat(SettingsMessage.of(task).settings()).isEqualTo(task);
  }

  @Test
  void mistakesAreSaidWithKeyValueAndLine() {
    refused(
        TASK.replace("metrics", "metric"),
        "Unknown key ask.metric in mine.yaml line 7 (did you mean metrics?): known keys of ask are prompt, target, decoding, answers, ignore, ignore-case, metrics");
    refused(
        TASK.replace("exact-match", "exact-matc"),
        "Invalid ask.metrics[0] exact-matc in mine.yaml line 7: must be one of exact-match, numeric-match, rouge-l (did you mean exact-match?)");
    refused(
        TASK.replace("  target: \"{{a}}\"\n", ""), "Missing key ask.target in mine.yaml line 3");
    refused(
        TASK.replace("generate", "generat"),
        "Unknown ask generat in mine.yaml line 4 (did you mean generate?): known are generate, multiple-choice, perplexity, code");
    refused(
        TASK.replace("{ file: rows.jsonl }", "{}"), "Missing key source.file in mine.yaml line 2");
    refused(
        TASK.replace("rows.jsonl", "../rows.jsonl"),
        "Invalid source file '../rows.jsonl': must be a path below the data folder (source, mine.yaml line 2)");
    refused(
        TASK + "  decoding: { max-new-tokens: 0 }\n",
        "Invalid max-new-tokens 0: must be at least 1 (ask.decoding, mine.yaml line 8)");
    refused(
        TASK + "  answers: [{ name: a, pattern: '(' }]\n",
        "Invalid pattern of answer a: Unclosed group at 1 (ask.answers[0], mine.yaml line 8)");
  }

  @Test
  void whatHasNoMeaningIsRefused() {
    var choice =
        """
        id: mine
        source: { file: rows.jsonl }
        ask:
          kind: multiple-choice
          prompt: p
          choices: [a, b]
          labels: [a, b]
          answer: "{{a}}"
          metrics: [acc]
        """;
    assertThat(TaskFile.read(choice, "mine.yaml").ask().takesShots()).isTrue();
    refused(
        choice.replace("metrics: [acc]", "ending: e\n  metrics: [acc-norm]"),
        "Invalid metrics: with an ending all choices score the same text; take acc alone (ask, mine.yaml line 3)");
    refused(
        choice.replace("choices: [a, b]", "answers: x"),
        "Unknown key ask.answers in mine.yaml line 6 (did you mean answer?): known keys of ask are prompt, choices, choice-list, ending, labels, answer, metrics");
    var perplexity =
        """
        id: mine
        source: { file: rows.jsonl }
        shots: { count: 1, file: dev.jsonl }
        ask: { kind: perplexity, text: "{{t}}", metrics: [word-perplexity] }
        """;
    refused(
        perplexity,
        "Invalid shots of task mine: a task of this kind shows no examples; leave them out (mine.yaml line 1)");
  }

  private static void refused(String text, String message) {
    assertThatThrownBy(() -> TaskFile.read(text, "mine.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }
}
