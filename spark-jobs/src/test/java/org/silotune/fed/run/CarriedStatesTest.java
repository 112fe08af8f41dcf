package org.silotune.fed.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.llm.tensor.NamedTensors;

final class CarriedStatesTest {

  private static final NamedTensors STATE =
      NamedTensors.builder().put("m", new long[] {2}, new float[] {1, -0.5f}).build();

  @TempDir private Path output;

  @Test
  void everySiloHasOneFolderOfItsOwnWhateverItsName() throws IOException {
    List<String> names =
        List.of(
            "north",
            "a/b",
            "a%2Fb",
            "..",
            "../../out",
            "x:y",
            "*.parquet",
            "ä ö",
            "区".repeat(200),
            "区".repeat(199) + "域");
    for (String silo : names) {
      CarriedState state = states().write(silo, 1, STATE);

      assertThat(states().read(state).values("m")).containsExactly(1, -0.5f);
      assertThat(state.file()).matches("[A-Za-z0-9_+%-]+/round-00001-[0-9a-f]{16}\\.safetensors");
    }
    try (Stream<Path> folders = Files.list(output.resolve("run/carried"))) {
      assertThat(folders).hasSize(names.size()).allMatch(Files::isDirectory);
    }
    try (Stream<Path> beside = Files.list(output)) {
      assertThat(beside).containsExactly(output.resolve("run"));
    }
  }

  @Test
  void aStateThatIsMissingOrWasChangedIsRefused() throws IOException {
    CarriedState state = states().write("north", 3, STATE);
    Path file = output.resolve("run/carried").resolve(state.file());
    String sha256 = state.sha256();

    Files.write(file, new byte[] {1});
    assertThatThrownBy(() -> states().read(state))
        .isInstanceOf(FederationException.class)
        .hasMessage(
            "Invalid carried state file:%s: sha256 is %s, the committed round names %s; restore the file, or use another run id"
                .formatted(file, Sha256.of(new byte[] {1}), sha256));
    Files.delete(file);
    assertThatThrownBy(() -> states().read(state))
        .hasMessage(
            "Missing carried state file:%s: a committed round names it; restore the file, or use another run id"
                .formatted(file));
  }

  private CarriedStates states() {
    return CarriedStates.of(output.resolve("run").toString(), new Configuration());
  }
}
