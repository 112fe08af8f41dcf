package org.silotune.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNameTest {

  private static final List<String> KNOWN = List.of("learning-rate", "rank", "rounds", "seed");

  @Test
  void mistypedNameFindsTheOneThatWasMeant() {
    assertThat(NearestName.of("learnin-rate", KNOWN)).hasValue("learning-rate");
    assertThat(NearestName.of("Rnak", KNOWN)).hasValue("rank");
    assertThat(NearestName.of("round", KNOWN)).hasValue("rounds");
  }

  @Test
  void nameFarFromAllGivesNoHint() {
    assertThat(NearestName.of("temperature", KNOWN)).isEmpty();
    assertThat(NearestName.hint("temperature", KNOWN)).isEmpty();
  }

  @Test
  void hintReadsAsPartOfASentence() {
    assertThat(NearestName.hint("sed", KNOWN)).isEqualTo(" (did you mean seed?)");
  }

  @Test
  void distanceIsSymmetricAndCountsSwappedNeighboursOnce() {
    assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(NearestName.distance("sitting", "kitten")).isEqualTo(3);
    assertThat(NearestName.distance("ab", "ba")).isEqualTo(1);
    assertThat(NearestName.distance("", "abc")).isEqualTo(3);
    assertThat(NearestName.distance("same", "SAME")).isZero();
  }
}
