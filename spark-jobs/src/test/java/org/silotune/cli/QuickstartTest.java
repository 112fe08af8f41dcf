package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first command, over few steps. */
final class QuickstartTest {

  private static final String WHY =
      "the bundled model, because smollm2-135m-instruct could not be had: Cannot fetch model smollm2-135m-instruct: --offline was given";

  @TempDir private Path folder;

  @Test
  void withoutTheModelTheBundledOneTakesItsPlaceWithTheBitsOfARunThatNamesIt() throws Exception {
    var cache = folder.resolve("empty-cache");
    var command =
        CommandProcess.start(
            folder.resolve("log"),
            Map.of("SILOTUNE_CACHE", cache.toString()),
            arguments("--offline"));
    assertThat(command.process().waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(command.process().exitValue()).as(command.err()).isEqualTo(ExitStatus.DONE);

    var out = command.out();
    var json = Subcommand.JSON.readTree(out.get(out.size() - 1));
    assertThat(out.get(0))
        .startsWith("SiloTune quickstart: tiny over three silos on this machine (" + WHY);
    assertThat(out.get(out.size() - 2)).matches("Done in \\d+ s with tiny \\(\\Q" + WHY + "\\E.*");
    assertThat(json.path("fallback").asText())
        .startsWith("Cannot fetch model smollm2-135m-instruct");
    requireWhole(json);
    assertThat(command.err()).contains("Round 1 of 1: 3 silos");
    assertThat(String.join("\n", out))
        .contains("Held-out loss", "Exact match", "Samples", "Where everything is")
        .contains("submit/silotune generate --adapter " + json.path("run").asText());
    assertThat(cache.resolve("models")).isDirectoryNotContaining("glob:**smollm2*");

    var named = run("--model", "tiny");
    requireWhole(named);
    assertThat(named.has("fallback")).isFalse();
    assertThat(named.path("run")).isNotEqualTo(json.path("run"));
    assertThat(named.path("adapter_sha256")).isEqualTo(json.path("adapter_sha256"));
    assertThat(named.path("loss_after")).isEqualTo(json.path("loss_after"));
  }

  private static void requireWhole(JsonNode json) {
    assertThat(json.path("model").asText()).isEqualTo("tiny");
    assertThat(json.path("silos").asInt()).isEqualTo(3);
    assertThat(json.path("rounds").asInt()).isEqualTo(1);
    assertThat(json.path("loss_after").asDouble()).isLessThan(json.path("loss_before").asDouble());
    assertThat(json.path("exact_match_before").isNumber()).isTrue();
    assertThat(json.path("exact_match_after").isNumber()).isTrue();
    assertThat(json.path("seconds").asDouble()).isPositive();
    assertThat(Path.of(json.path("adapter").asText().replaceFirst("^file:/+", "/")))
        .isDirectoryContaining("glob:**adapter_model.safetensors");
    assertThat(Path.of(json.path("run").asText().replaceFirst("^file:/+", "/")))
        .isDirectoryContaining("glob:**report.md");
  }

  private JsonNode run(String... more) throws IOException {
    var outcome = TinyExperiment.run(arguments(more).toArray(String[]::new));
    assertThat(outcome.status()).as(outcome.err()).isEqualTo(ExitStatus.DONE);
    return outcome.json();
  }

  private List<String> arguments(String... more) {
    List<String> arguments = new ArrayList<>(List.of("quickstart"));
    arguments.addAll(List.of("--experiment", "../submit/experiments/quickstart.yaml"));
    arguments.addAll(List.of("--output", folder.resolve("runs").toString()));
    for (var setting :
        List.of(
            "federated.rounds=1",
            "local.length.count=3",
            "report.checked-rows=2",
            "report.max-new-tokens=4")) {
      arguments.addAll(List.of("--set", setting));
    }
    arguments.addAll(List.of(more));
    arguments.add("--json");
    return arguments;
  }
}
