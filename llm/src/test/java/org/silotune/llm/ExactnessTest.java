package org.silotune.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.silotune.ExactnessRules;

/** The rules that make a run repeat, as far as the code itself shows them. */
final class ExactnessTest {

  private static final ExactnessRules RULES = ExactnessRules.ofThisModule();

  private static final Pattern DRAWING =
      Pattern.compile("torch\\.(\\w*rand\\w*|dropout|bernoulli|multinomial|normal|poisson)_?\\(");

  @Test
  void noBitDependsOnTheNumberOfCores() {
    RULES.requireNoUseOfCores();
  }

  @Test
  void javaComputesExactly() {
    RULES.requireExactMathematics();
  }

  @Test
  void chanceComesFromTheSeed() {
    RULES.requireSeededChance(
        "AtomicFile", // temporary names
        "DjlTokenizer"); // marks that no text holds
  }

  @Test
  void noScriptDrawsFromTheEnginesOwnGenerator() throws IOException {
    var found = new SoftAssertions();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
        found.assertThat(Files.readString(file)).as("%s", file).doesNotContainPattern(DRAWING);
      }
    }
    found.assertAll();
  }

  @Test
  void orderComesFromNames() {
    RULES.requireOrderedCollections(
        "Activations",
        "DecodingStep",
        "DjlTokenizer",
        "GgufBlocks",
        "GgufFamilies",
        "GgufTokenizer",
        "Gradients",
        "PeftConfigJson",
        "PipFetcher",
        "SafetensorsWriter",
        "VocabularyEdit",
        "WeightForms",
        "WeightConversion");
    RULES.requireSortedListings("ModelFiles", "PipFetcher", "WeightConversion");
  }
}
