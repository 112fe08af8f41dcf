package org.silotune.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.silotune.eval.EvaluationException;
import org.silotune.eval.InvalidTaskException;
import org.silotune.eval.sandbox.Language;
import org.silotune.eval.sandbox.SandboxLimits;

final class TaskQuestionsTest {

  private static final String ROWS =
      """
      {"q": " One? ", "a": "x", "subject": "high_school", "n": 3, "options": ["u", "v"]}
      {"q": "Two?", "a": "y", "subject": "art", "n": 4, "options": ["w", "z"]}
      """;

  @Test
  void aRowIsAskedInTheTasksWords() {
    var questions =
        questions(generate("Q: {{q|trim}} {{subject | spaces}} {x}"), "rows.jsonl", ROWS);
    assertThat(questions)
        .extracting(TaskQuestion::prompt)
        .containsExactly("Q: One? high school {x}", "Q: Two? art {x}");
    assertThat(questions).extracting(TaskQuestion::target).containsExactly("x", "y");
    assertThat(questions).extracting(TaskQuestion::exampleId).containsExactly("000001", "000002");
  }

  @Test
  void examplesStandBeforeTheQuestionAsTheHarnessPutsThem() {
    var shots =
        new ShotsConfig(
            1,
            Optional.empty(),
            Optional.of("dev.jsonl"),
            Optional.of("subject"),
            Optional.empty(),
            Optional.of("About {{subject}}.\n\n"));
    var task = task(choice(), Optional.of(shots), "rows.jsonl");
    var dev =
        """
        {"q": "D?", "a": "y", "subject": "art"}
        {"q": "E?", "a": "x", "subject": "high_school"}
        {"q": "F?", "a": "x", "subject": "art"}
        """;
    var folder = new TaskFolder().with("rows.jsonl", ROWS).with("dev.jsonl", dev);
    var second = TaskQuestions.of(task, folder, 9).get(1);
    assertThat(second.prompt()).isEqualTo("About art.\n\nQ: D?\nA: no\n\nQ: Two?\nA:");
    assertThat(second.continuations()).containsExactly(" yes", " no");
    assertThat(second.gold()).isEqualTo(1);
    assertThat(second.target()).isEqualTo("no");
  }

  @Test
  void aQuestionIsNeverItsOwnExample() {
    var shots =
        new ShotsConfig(
            1,
            Optional.empty(),
            Optional.of("rows.jsonl"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    var task = task(generate("{{q|trim}}"), Optional.of(shots), "rows.jsonl");
    var folder = new TaskFolder().with("rows.jsonl", ROWS);
    assertThat(TaskQuestions.of(task, folder, 9))
        .extracting(
            question -> question.prompt().strip().split("\n\n").length, TaskQuestion::target)
        .containsExactly(tuple(2, "x"), tuple(2, "y"));
    assertThat(TaskQuestions.of(task, folder, 9).get(0).prompt())
        .startsWith("Two?")
        .endsWith("One?");
    assertThat(TaskQuestions.of(task, folder, 9).get(1).prompt())
        .startsWith("One?")
        .endsWith("Two?");
  }

  @Test
  void filesLieBelowTheirFolder() {
    for (var file : List.of("", " ", "/etc/passwd", "../x")) {
      assertThatThrownBy(
              () ->
                  new ShotsConfig(
                      1,
                      Optional.empty(),
                      Optional.of(file),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty()))
          .hasMessage(
              "Invalid shots file '%s': must be a path below the data folder".formatted(file));
    }
    for (var file : List.of("", ".", "./.", "/etc/passwd", "../x")) {
      assertThatThrownBy(
              () ->
                  new CodeConfig(
                      Language.PYTHON,
                      "{{q}}",
                      "{{a}}",
                      Map.of(file, "print(1)"),
                      Optional.empty(),
                      Optional.empty(),
                      DecodingConfig.defaults(),
                      Optional.empty(),
                      Optional.empty(),
                      SandboxLimits.defaults()))
          .hasMessage(
              "Invalid file '%s': must be a path below the program's folder".formatted(file));
    }
  }

  @Test
  void choicesThatEndThePromptScoreWhatFollows() {
    var ask =
        new MultipleChoiceConfig(
            "{{q|trim}} ",
            Optional.empty(),
            Optional.of("options"),
            Optional.of("is {{n}}"),
            List.of("x", "y"),
            "{{a}}",
            List.of(ChoiceMetric.ACC));
    var first = questions(ask, "rows.jsonl", ROWS).get(0);
    assertThat(first.contexts()).containsExactly("One? u", "One? v");
    assertThat(first.continuations()).containsExactly(" is 3", " is 3");
  }

  @Test
  void everyKindOfFileHoldsTheSameRows() throws IOException {
    var ask = generate("{{q}}");
    var array = "[{\"q\": \"a,\\nb\", \"a\": \"1\"}, {\"q\": \"c\", \"a\": \"2\"}]";
    var csv = "q,a\n\"a,\nb\",1\nc,2\n";
    var windows = "q,a\r\n\"a,\nb\",1\r\nc,2\r\n";
    for (var rows :
        List.of(
            questions(ask, "rows.json", array),
            questions(ask, "rows.csv", csv),
            questions(ask, "rows.csv", windows))) {
      assertThat(rows).extracting(TaskQuestion::prompt).containsExactly("a,\nb", "c");
      assertThat(rows).extracting(TaskQuestion::target).containsExactly("1", "2");
    }
    var folder = new TaskFolder().with("rows.csv.gz", gzip(csv));
    assertThat(TaskQuestions.of(task(ask, Optional.empty(), "rows.csv.gz"), folder, 1)).hasSize(1);
  }

  @Test
  void aFileMayLieGzippedOrNotWhicheverIsNamed() throws IOException {
    var ask = generate("{{q}}");
    var csv = "q,a\n1,2\n";
    var plain = new TaskFolder().with("rows.csv", csv);
    var gzipped = new TaskFolder().with("rows.csv.gz", gzip(csv));
    for (var named : List.of("rows.csv", "rows.csv.gz")) {
      for (var folder : List.of(plain, gzipped)) {
        assertThat(TaskQuestions.of(task(ask, Optional.empty(), named), folder, 9)).hasSize(1);
      }
    }
    var both = new TaskFolder().with("rows.csv", "q,a\n").with("rows.csv.gz", gzip(csv));
    assertThat(TaskQuestions.of(task(ask, Optional.empty(), "rows.csv.gz"), both, 9))
        .as("the one that is named")
        .hasSize(1);
  }

  @Test
  void fieldsAreMadeOfOthers() {
    var options =
        new FieldPattern("options", "text", "(?s)\\d: (.*?)(?= \\d: |$)", Optional.of(true));
    var source =
        new SourceConfig(
            "rows.jsonl",
            Optional.empty(),
            Optional.empty(),
            Optional.of(List.of(options)),
            Optional.empty());
    var ask =
        new MultipleChoiceConfig(
            "Q",
            Optional.empty(),
            Optional.of("options"),
            Optional.empty(),
            List.of("1", "2", "3"),
            "{{a}}",
            List.of(ChoiceMetric.ACC));
    var task = new TaskConfig("t", Optional.empty(), source, Optional.empty(), ask);
    var folder = new TaskFolder().with("rows.jsonl", "{\"text\": \"1: red 2: blue\", \"a\": 2}");
    var question = TaskQuestions.of(task, folder, 9).get(0);
    assertThat(question.choices()).containsExactly("red", "blue");
    assertThat(question.gold()).isEqualTo(1);
    var without = new TaskFolder().with("rows.jsonl", "{\"text\": \"none\", \"a\": 2}");
    assertThatThrownBy(() -> TaskQuestions.of(task, without, 9))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage(
            "Cannot make field options of row 1 of rows.jsonl: its pattern is not found in text");
  }

  @Test
  void whatDoesNotFitIsSaid() {
    refused(
        generate("{{question}}"),
        ROWS,
        "Missing field question in row 1 of rows.jsonl, which prompt of task t names: the row has a, n, options, q, subject");
    refused(
        generate("{{options}}"),
        ROWS,
        "Invalid field options in row 1 of rows.jsonl, which prompt of task t names: it is a list, and one text is asked for");
    refused(
        generate("{{q|trin}}"),
        ROWS,
        "Unknown filter trin in prompt of task t (did you mean trim?): known are trim, spaces, words");
    refused(
        choice(),
        "{\"q\": \"One?\", \"a\": \"z\"}",
        "Invalid answer z in row 1 of rows.jsonl: the labels of task t are x, y");
    refused(generate("{{q}}"), "", "Cannot ask task t: rows.jsonl has no rows");
    var twice =
        new SourceConfig(
            "r.jsonl", Optional.of("a"), Optional.empty(), Optional.empty(), Optional.empty());
    assertThatThrownBy(
            () ->
                TaskQuestions.of(
                    new TaskConfig(
                        "t", Optional.empty(), twice, Optional.empty(), generate("{{q}}")),
                    new TaskFolder().with("r.jsonl", "{\"q\":1,\"a\":7}\n{\"q\":2,\"a\":7}"),
                    9))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage(
            "Invalid id 7 in row 2 of r.jsonl: row 1 has it already; name a field that tells rows apart, or none");
  }

  @Test
  void ofFourRowsTheLastTwoExchangeAField() {
    var source =
        new SourceConfig(
            "rows.jsonl",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("words"));
    var ask = generate("{{q}}: {{words|words}}, {{swapped}}");
    var task = new TaskConfig("t", Optional.empty(), source, Optional.empty(), ask);
    var rows = new StringBuilder();
    for (int i = 0; i < 11; i++) {
      rows.append("{\"q\": %d, \"a\": \"x\", \"words\": [\"w\", \"%d\"]}\n".formatted(i, i));
    }
    var folder = new TaskFolder().with("rows.jsonl", rows.toString());
    var all = TaskQuestions.of(task, folder, Integer.MAX_VALUE);
    assertThat(all)
        .extracting(TaskQuestion::prompt)
        .containsExactly(
            "0: w 0, false",
            "1: w 1, false",
            "2: w 3, true",
            "3: w 2, true",
            "4: w 4, false",
            "5: w 5, false",
            "6: w 7, true",
            "7: w 6, true",
            "8: w 8, false",
            "9: w 9, false",
            "10: w 10, false"); // alone
    assertThat(TaskQuestions.of(task, folder, 3)).isEqualTo(all.subList(0, 3));
    var same =
        new TaskFolder().with("rows.jsonl", "{\"q\": 1, \"a\": 2, \"words\": [\"w\"]}\n".repeat(4));
    assertThat(TaskQuestions.of(task, same, 9))
        .extracting(TaskQuestion::prompt)
        .containsOnly("1: w, false");
  }

  @Test
  void aGroupHasNotTheNameOfAll() {
    var task =
        new TaskConfig(
            "t",
            Optional.empty(),
            new SourceConfig(
                "rows.jsonl",
                Optional.empty(),
                Optional.of("q"),
                Optional.empty(),
                Optional.empty()),
            Optional.empty(),
            generate("{{q}}"));
    var folder = new TaskFolder().with("rows.jsonl", "{\"q\": \"*\", \"a\": \"x\"}\n");
    assertThatThrownBy(() -> TaskQuestions.of(task, folder, 9))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage(
            "Invalid group * in row 1 of rows.jsonl: tables call all groups together so; give the group another name");
  }

  @Test
  void aNullIsNoChoice() {
    refused(
        generate("{{q}}"),
        "{\"q\": \"?\", \"a\": \"x\", \"options\": [\"u\", null]}\n",
        "Invalid field options in row 1 of rows.jsonl: a null stands in its list; leave it out or write a text");
  }

  @Test
  void aFileThatCannotBeReadIsSaid() {
    assertThatThrownBy(() -> questions(generate("{{q}}"), "rows.txt", "x"))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage(
            "Unknown kind of file rows.txt: known are .json, .jsonl and .csv, each with .gz or not");
    assertThatThrownBy(
            () ->
                TaskQuestions.of(
                    task(generate("q"), Optional.empty(), "no.csv"), new TaskFolder(), 1))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage("Missing file no.csv in /data: name the folder that holds it with --data");
    assertThatThrownBy(() -> questions(generate("{{q}}"), "rows.jsonl", "{\"q\": 1}\n{\"q\": \n}"))
        .isInstanceOf(EvaluationException.class)
        .hasMessageStartingWith("Cannot read rows.jsonl: line 3: Unexpected character");
    assertThatThrownBy(() -> questions(generate("{{q}}"), "rows.csv", "q,a\n1,2,3\n"))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("Cannot read rows.csv: row 1 has 3 cells, the header has 2");
  }

  @Test
  void tooFewExamplesAreSaid() {
    var shots =
        new ShotsConfig(
            1,
            Optional.of(List.of(Map.of("q", "E?", "a", "x", "subject", "maths"))),
            Optional.empty(),
            Optional.of("subject"),
            Optional.empty(),
            Optional.empty());
    var task = task(choice(), Optional.of(shots), "rows.jsonl");
    assertThatThrownBy(() -> TaskQuestions.of(task, new TaskFolder().with("rows.jsonl", ROWS), 9))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage(
            "Cannot show 1 examples before row 1 of rows.jsonl: there are 0 with its subject");
  }

  private static void refused(AskConfig ask, String rows, String message) {
    assertThatThrownBy(() -> questions(ask, "rows.jsonl", rows))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessage(message);
  }

  private static List<TaskQuestion> questions(AskConfig ask, String file, String rows) {
    return TaskQuestions.of(
        task(ask, Optional.empty(), file), new TaskFolder().with(file, rows), Integer.MAX_VALUE);
  }

  private static TaskConfig task(AskConfig ask, Optional<ShotsConfig> shots, String file) {
    return new TaskConfig(
        "t",
        Optional.empty(),
        new SourceConfig(
            file, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
        shots,
        ask);
  }

  private static GenerateConfig generate(String prompt) {
    return new GenerateConfig(
        prompt,
        "{{a}}",
        DecodingConfig.defaults(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(TextMetric.EXACT_MATCH));
  }

  private static MultipleChoiceConfig choice() {
    return new MultipleChoiceConfig(
        "Q: {{q}}\nA:",
        Optional.of(List.of("yes", "no")),
        Optional.empty(),
        Optional.empty(),
        List.of("x", "y"),
        "{{a}}",
        List.of(ChoiceMetric.ACC));
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
