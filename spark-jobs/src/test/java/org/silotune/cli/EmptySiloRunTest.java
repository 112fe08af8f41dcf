package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.TinyExperiment.Outcome;

/** A prepared silo none of whose rows can be trained on; {@link EndedRunTest} has a raw one. */
final class EmptySiloRunTest {

  private static final String ALLOWED = "federated.allow-empty-silos=true";
  private static final String ONE_ROUND = "federated.rounds=1";

  @TempDir private Path folder;

  @Test
  void itIsAnErrorThatNamesSiloAndKeyAndWithTheKeyItHasWeightZero() throws IOException {
    var experiment = TinyExperiment.in(folder);
    Files.write(folder.resolve("rows.jsonl"), rows());

    var prepared = experiment.file("prepared");
    var preparation =
        TinyExperiment.run(
            "prepare", experiment.file("tiny.yaml"), "--output", prepared, "--set", ALLOWED);
    assertThat(preparation.status()).as(preparation.err()).isEqualTo(ExitStatus.DONE);
    refused(
        experiment.train("a", "--set", ONE_ROUND, "--data", prepared),
        "Empty silos: s9: no training rows; leave them out, or set federated.allow-empty-silos to true");
    assertThat(experiment.of("a")).doesNotExist(); // the same run id may do as the message says

    var run = experiment.train("a", "--set", ONE_ROUND, "--data", prepared, "--set", ALLOWED);
    assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    var silos = silos(experiment.of("a"));
    assertThat(silos).hasSize(3);
    assertThat(silos.get(0).path("weight").asDouble()).isPositive();
    assertThat(silos.get(1).path("weight").asDouble()).isPositive();
    assertThat(silos.get(2).path("silo").asText()).isEqualTo("s9");
    assertThat(silos.get(2).path("weight").asDouble(-1)).isZero();
    assertThat(silos.get(2).path("status").asText()).isEqualTo("failed");
    assertThat(silos.get(2).path("reason").asText()).isEqualTo("Empty silo: no training rows");
  }

  private static List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (var silo : List.of("s1", "s2")) {
      for (int i = 0; i < 6; i++) {
        rows.add(
            "{\"silo\":\"%s\",\"instruction\":\"Count to %d\",\"output\":\"To %d\"}"
                .formatted(silo, i, i));
      }
    }
    rows.add("{\"silo\":\"s9\",\"instruction\":\"Say nothing\",\"output\":\" \"}");
    return rows;
  }

  private static void refused(Outcome outcome, String message) throws IOException {
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.USAGE);
    assertThat(outcome.json().path("error").asText()).isEqualTo(message);
  }

  private static JsonNode silos(Path run) throws IOException {
    var record = run.resolve("checkpoints/round-00001/round.json");
    return JsonMapper.builder().build().readTree(record.toFile()).path("silos");
  }
}
