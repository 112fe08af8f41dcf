package org.silotune.prep;

import org.junit.jupiter.api.Test;
import org.silotune.ExactnessRules;

/** The rules that make a run repeat, as far as the code itself shows them. */
final class ExactnessTest {

  private static final ExactnessRules RULES = ExactnessRules.ofThisModule();

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
    RULES.requireSeededChance();
  }

  @Test
  void orderComesFromNames() {
    RULES.requireOrderedCollections("InstructionSource");
    RULES.requireSortedListings("TableSnapshot");
  }

  @Test
  void sqlSumsIntegersAlone() {
    RULES.requireNoSqlSums("EncodedGroups", "SiloTotals");
  }
}
