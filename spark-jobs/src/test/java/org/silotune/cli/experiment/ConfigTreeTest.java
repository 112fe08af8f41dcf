package org.silotune.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.cli.experiment.ConfigNode.Scalar;
import org.silotune.cli.experiment.ConfigNode.Section;

final class ConfigTreeTest {

  @TempDir Path folder;

  @Test
  void valuesKnowTheirLines() {
    var tree = ConfigTree.parse("a: 1\n\nb:\n  c: x\n", "f.yaml");
    assertThat(tree.entries())
        .containsEntry("a", new Scalar("1", "f.yaml line 1"))
        .containsEntry(
            "b", new Section(Map.of("c", new Scalar("x", "f.yaml line 4")), "f.yaml line 3"));
  }

  @Test
  void overrideMakesTheSectionsItNeeds() {
    var tree = ConfigTree.with(ConfigTree.parse("", "f.yaml"), "a.b.c=7");
    var a = (Section) tree.entries().get("a");
    var b = (Section) a.entries().get("b");
    assertThat(b.entries()).containsEntry("c", new Scalar("7", "--set a.b.c=7"));
  }

  @Test
  void keyTwiceIsRefusedWithBothLines() {
    assertThatThrownBy(() -> ConfigTree.parse("a: 1\nb: 2\na: 3", "f.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Invalid key a in f.yaml line 3: it stands in line 1 already");
  }

  @Test
  void brokenYamlNamesItsLine() {
    assertThatThrownBy(() -> ConfigTree.parse("a: 1\nb: [1, 2\nc: 3", "f.yaml"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Invalid YAML in f.yaml line 3: ");
    assertThatThrownBy(() -> ConfigTree.parse("- a\n- b", "f.yaml"))
        .hasMessage("Invalid experiment file f.yaml: must be keys with values, found a list");
  }

  @Test
  void overrideWithoutAnEqualsSignIsRefused() {
    assertThatThrownBy(() -> ConfigTree.with(ConfigTree.parse("", "f.yaml"), "rounds"))
        .hasMessage("Invalid override rounds: must be key=value, such as federated.rounds=3");
  }

  @Test
  void missingAndUnreadableFilesAreNamed() throws IOException {
    var missing = folder.resolve("none.yaml");
    assertThatThrownBy(() -> ConfigTree.read(missing))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Cannot read experiment file %s: it does not exist".formatted(missing));
    var bytes = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xe4});
    assertThatThrownBy(() -> ConfigTree.read(bytes))
        .hasMessage("Cannot read experiment file %s: not UTF-8".formatted(bytes));
  }
}
