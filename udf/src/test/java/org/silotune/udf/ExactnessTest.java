package org.silotune.udf;

import org.junit.jupiter.api.Test;
import org.silotune.ExactnessRules;

/** The rules that make a run repeat, as far as the code itself shows them. */
final class ExactnessTest {

  private static final ExactnessRules RULES = ExactnessRules.ofThisModule();

  @Test
  void functionsAreOfTheirArgumentsAlone() {
    RULES.requireNoUseOfCores();
    RULES.requireExactMathematics();
    RULES.requireSeededChance();
  }
}
