package org.silotune.suite.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.silotune.eval.score.Pooling;
import org.silotune.fed.metrics.ExampleLoss;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellAnswer;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.stats.Claim;
import org.silotune.suite.stats.Measure;
import org.silotune.suite.stats.Observed;
import org.silotune.suite.stats.SeedBootstrap;
import org.silotune.suite.stats.Verdict;

/**
 * The arms of one data set and adapter beside each other, over the seeds of which every cell is
 * done: an arm without a seed would be compared with others' luck. What silos alone got on a row is
 * the mean over them.
 */
public final class Comparison {

  private static final Measure OWN_LOSS =
      new Measure(
          "own-test-loss",
          "test loss on each silo's own rows",
          "nats a token",
          "test rows",
          /* smallerIsBetter= */ true);

  private final String dataset;
  private final String adapter;
  private final List<Cell> cells;
  private final List<CellResult> results;
  private final List<Long> seeds;

  Comparison(String dataset, String adapter, List<Cell> cells, List<CellResult> results) {
    this.dataset = dataset;
    this.adapter = adapter;
    this.cells = cells;
    this.results = results;
    this.seeds =
        cells.stream()
            .filter(cell -> cell.arm() != Arm.BASE)
            .map(Cell::seed)
            .distinct()
            .filter(this::isWhole)
            .toList();
  }

  private boolean isWhole(long seed) {
    return cells.stream()
        .filter(cell -> cell.arm() == Arm.BASE || cell.seed() == seed)
        .allMatch(cell -> of(cell).isPresent());
  }

  /** Returns the data set. */
  public String dataset() {
    return dataset;
  }

  /** Returns the adapter. */
  public String adapter() {
    return adapter;
  }

  /** Returns the seeds that are compared. */
  public List<Long> seeds() {
    return seeds;
  }

  /** Returns the silos, in order. */
  List<String> silos() {
    Set<String> silos = new LinkedHashSet<>();
    cells.stream().filter(cell -> cell.arm() == Arm.LOCAL).forEach(cell -> silos.add(cell.silo()));
    return List.copyOf(silos);
  }

  /** Returns the tasks and metrics that were asked, in order. */
  List<TaskMetric> metrics() {
    Set<TaskMetric> metrics = new LinkedHashSet<>();
    done(Arm.BASE, 0).stream()
        .flatMap(result -> result.answers().stream())
        .forEach(answer -> metrics.add(new TaskMetric(answer.task(), answer.metric())));
    return List.copyOf(metrics);
  }

  /** A metric of a task. */
  record TaskMetric(String task, String metric) {

    Measure measure() {
      boolean loss = Pooling.smallerIsBetter(metric);
      return new Measure(
          "%s %s".formatted(task, metric),
          loss
              ? "loss behind %s of %s".formatted(metric, task)
              : "%s of %s".formatted(metric, task),
          loss ? "nats a unit" : "points of 1",
          "questions",
          loss);
    }
  }

  /** Returns the results of an arm with a seed. */
  List<CellResult> done(Arm arm, long seed) {
    return cells.stream()
        .filter(cell -> cell.arm() == arm && (arm == Arm.BASE || cell.seed() == seed))
        .flatMap(cell -> of(cell).stream())
        .toList();
  }

  /** Returns all results of an arm. */
  List<CellResult> done(Arm arm) {
    return cells.stream()
        .filter(cell -> cell.arm() == arm)
        .flatMap(cell -> of(cell).stream())
        .toList();
  }

  /** Returns the test losses of an arm on everybody's rows; none where no seed is whole. */
  Optional<Observed> losses(Arm arm) {
    return observed(arm, Comparison::losses);
  }

  /** Returns the test losses of an arm on the rows of one silo; of silos alone, its own only. */
  Optional<Observed> losses(Arm arm, String silo) {
    return observed(
        arm,
        result ->
            arm == Arm.LOCAL && !result.cell().silo().equals(silo)
                ? List.of()
                : losses(result, silo));
  }

  /** Returns the losses of each silo alone on its own rows. */
  Optional<Observed> ownLosses() {
    if (seeds.isEmpty()) {
      return Optional.empty();
    }
    List<List<Pair>> bySeed = new ArrayList<>();
    for (long seed : seeds) {
      List<Pair> own = new ArrayList<>();
      for (CellResult result : done(Arm.LOCAL, seed)) {
        own.addAll(losses(result, result.cell().silo()));
      }
      bySeed.add(own);
    }
    return Pair.observed(seeds, bySeed);
  }

  /** Returns what an arm got in a task, on the questions that were scored in every cell. */
  Optional<Observed> answers(Arm arm, TaskMetric metric) {
    Set<String> common = commonQuestions(metric);
    return observed(
        arm,
        result ->
            answers(result, metric).stream()
                .filter(answer -> common.contains(answer.example()))
                .map(Comparison::pair)
                .toList());
  }

  private Set<String> commonQuestions(TaskMetric metric) {
    if (seeds.isEmpty()) {
      return Set.of();
    }
    Set<String> common = new LinkedHashSet<>();
    boolean first = true;
    for (Cell cell : cells) {
      if (cell.arm() == Arm.BASE || seeds.contains(cell.seed())) {
        List<String> scored =
            answers(of(cell).orElseThrow(), metric).stream().map(CellAnswer::example).toList();
        if (first) {
          common.addAll(scored);
        } else {
          common.retainAll(new TreeSet<>(scored));
        }
        first = false;
      }
    }
    return common;
  }

  private static List<CellAnswer> answers(CellResult result, TaskMetric metric) {
    return result.answers().stream()
        .filter(answer -> answer.task().equals(metric.task()))
        .filter(answer -> answer.metric().equals(metric.metric()))
        .toList();
  }

  /** Returns what the test losses say of the order of the arms. */
  List<Claim> claims(SeedBootstrap bootstrap) {
    List<Claim> claims = new ArrayList<>(ordered(bootstrap, Measure.TEST_LOSS, this::losses));
    ownClaim(bootstrap).ifPresent(claims::add);
    return claims;
  }

  /** Returns what the losses of each silo's own rows say of federated and local. */
  Optional<Claim> ownClaim(SeedBootstrap bootstrap) {
    var own = ownLosses();
    var federated = losses(Arm.FEDERATED).filter(all -> own.isPresent());
    return federated
        .filter(all -> all.sameExamples(own.orElseThrow()))
        .map(
            all ->
                Claim.of(
                    bootstrap,
                    label(),
                    OWN_LOSS,
                    Arm.FEDERATED.label(),
                    all,
                    Arm.LOCAL.label(),
                    own.orElseThrow()));
  }

  /** Returns what a task says of the order of the arms. */
  List<Claim> claims(SeedBootstrap bootstrap, TaskMetric metric) {
    return ordered(bootstrap, metric.measure(), arm -> answers(arm, metric));
  }

  /** Returns every claim, those about test losses first. */
  public List<Claim> allClaims(SeedBootstrap bootstrap) {
    List<Claim> all = new ArrayList<>(claims(bootstrap));
    metrics().forEach(metric -> all.addAll(claims(bootstrap, metric)));
    return all;
  }

  /**
   * Returns in a line what holds of everybody's rows and what of each silo's own: for one of the
   * silos the second may be all that counts.
   */
  String headline(SeedBootstrap bootstrap) {
    StringBuilder line = new StringBuilder();
    line.append(
        "%s, %s, %d seed%s: on everybody's rows global > federated > local %s"
            .formatted(
                dataset,
                adapter,
                seeds.size(),
                seeds.size() == 1 ? "" : "s",
                order(bootstrap).words()));
    ownClaim(bootstrap)
        .ifPresent(
            claim ->
                line.append(
                    "; on each silo's own rows %s %s, with %d of %d seeds on its side"
                        .formatted(
                            claim.text(),
                            claim.verdict().words(),
                            claim.forBetter(),
                            seeds.size())));
    return line.toString();
  }

  /** Returns what the losses of everybody's rows say of global, federated and local together. */
  public Verdict order(SeedBootstrap bootstrap) {
    return ordered(bootstrap, Measure.TEST_LOSS, this::losses).stream()
        .map(Claim::verdict)
        .reduce(Verdict::and)
        .orElse(Verdict.OPEN);
  }

  private List<Claim> ordered(
      SeedBootstrap bootstrap, Measure measure, Function<Arm, Optional<Observed>> of) {
    List<Arm> order = List.of(Arm.GLOBAL, Arm.FEDERATED, Arm.LOCAL);
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i + 1 < order.size(); i++) {
      var better = of.apply(order.get(i));
      var worse = of.apply(order.get(i + 1));
      if (better.isPresent() && worse.isPresent()) {
        claims.add(
            Claim.of(
                bootstrap,
                label(),
                measure,
                order.get(i).label(),
                better.get(),
                order.get(i + 1).label(),
                worse.get()));
      }
    }
    return claims;
  }

  private String label() {
    return dataset + " " + adapter;
  }

  private Optional<CellResult> of(Cell cell) {
    return results.stream().filter(result -> result.cell().equals(cell)).findFirst();
  }

  private Optional<Observed> observed(Arm arm, Function<CellResult, List<Pair>> pairs) {
    List<List<Pair>> bySeed = new ArrayList<>();
    for (long seed : seeds) {
      List<List<Pair>> ofCells =
          done(arm, seed).stream().map(pairs).filter(got -> !got.isEmpty()).toList();
      bySeed.add(Pair.mean(ofCells));
    }
    return Pair.observed(seeds, bySeed);
  }

  private static List<Pair> losses(CellResult result) {
    return result.losses().stream().map(Comparison::pair).toList();
  }

  private static List<Pair> losses(CellResult result, String silo) {
    return result.losses().stream()
        .filter(loss -> loss.silo().equals(silo))
        .map(Comparison::pair)
        .toList();
  }

  private static Pair pair(ExampleLoss loss) {
    return new Pair(loss.silo() + "\n" + loss.exampleId(), loss.lossSum(), (double) loss.tokens());
  }

  private static Pair pair(CellAnswer answer) {
    return new Pair(answer.example(), answer.value(), answer.weight());
  }
}
