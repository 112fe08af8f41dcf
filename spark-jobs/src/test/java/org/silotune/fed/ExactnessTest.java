package org.silotune.fed;

import org.junit.jupiter.api.Test;
import org.silotune.ExactnessRules;

/** The rules that make a run repeat, as far as the code itself shows them. */
final class ExactnessTest {

  private static final ExactnessRules RULES = ExactnessRules.ofThisModule();

  @Test
  void noBitOfARunDependsOnTheNumberOfCores() {
    RULES.requireNoUseOfCores(
        "JobSession", // tasks at once
        "ExecutorSize", // how much memory a task has: layers recomputed or kept, with equal bits
        "PlanJob", // how long a run will take
        "TextAnswers", // of no run
        "Machine", // what a report says of it
        "BenchGenerateCommand",
        "BenchTrainerCommand",
        "TrainerBench");
  }

  @Test
  void javaComputesExactly() {
    RULES.requireExactMathematics();
  }

  @Test
  void chanceComesFromTheSeed() {
    RULES.requireSeededChance(
        "RunIds", // names of runs
        "CarriedStates", // of temporary files
        "LeaseRunLock", // of holders
        "SharedSum"); // of sums
  }

  @Test
  void orderComesFromNames() {
    RULES.requireOrderedCollections(
        "FedAdam", "HeldOutAnswers", "JobSession", "NumericProfile", "SharedSum", "SiloMonitor");
    RULES.requireSortedListings("SparkRunTables");
  }

  @Test
  void lossesAreNotSummedInSql() {
    RULES.requireNoSqlSums();
  }
}
