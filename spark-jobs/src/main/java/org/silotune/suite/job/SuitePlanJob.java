package org.silotune.suite.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.fed.job.JobListener;
import org.silotune.fed.job.JobSession;
import org.silotune.fed.job.PlanJob;
import org.silotune.fed.job.TrainPlan;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.RunStorage;
import org.silotune.fed.run.ScratchFolder;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellResult;
import org.silotune.suite.cell.CellStore;
import org.silotune.suite.job.SuitePlan.CellPlan;

/**
 * Says what a {@link SuiteJob} will take: each cell of a first seed by the plan of its run, those
 * of other seeds like it. Nothing is trained; data are prepared into a temporary folder, and task
 * files are read, so that what is wrong with them is said now.
 */
public final class SuitePlanJob {

  /**
   * What a cell takes beside computing, measured on two cores: Spark's jobs, a checkpoint a round.
   */
  private static final double CELL_SECONDS = 3;

  private static final double ROUND_SECONDS = 0.7;

  /** A forward pass is half of a forward and a backward one through frozen weights. */
  private static final double FORWARD = 0.5;

  private final SuiteRequest request;
  private final JobListener listener;
  private final Optional<CellStore> store;

  private SuitePlanJob(SuiteRequest request, JobListener listener, Optional<CellStore> store) {
    this.request = request;
    this.listener = listener;
    this.store = store;
  }

  /** Returns the plan. */
  public static SuitePlan run(SuiteRequest request, JobListener listener) {
    var spark = request.suite().experiment().spark();
    var storage = RunStorage.at(request.folder(), JobSession.storage(spark));
    Optional<CellStore> store =
        storage.exists("suite.json") ? Optional.of(new CellStore(storage)) : Optional.empty();
    var threads = request.suite().experiment().local().threads();
    var environment = NumericEnvironment.of(System.getenv(), threads);
    try (var scratch = ScratchFolder.create();
        var session = JobSession.open(spark, environment, "silotune plan")) {
      return new SuitePlanJob(request, listener, store)
          .plan(session, scratch.folder("suite").toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a temporary folder", e);
    }
  }

  private SuitePlan plan(JobSession session, String folder) {
    List<CellPlan> plans = new ArrayList<>();
    double preparing = 0;
    for (var dataset : request.suite().datasets()) {
      long began = System.nanoTime();
      var data = SuiteData.prepare(session.spark(), dataset, request, folder, listener);
      data.rows().test();
      preparing += (System.nanoTime() - began) * 1e-9;
      plans.addAll(plan(data));
    }
    return new SuitePlan(plans, preparing);
  }

  private List<CellPlan> plan(SuiteData data) {
    SortedMap<String, CellPlan> byArm = new TreeMap<>();
    long first = data.dataset().first().seed();
    for (var cell : data.cells()) {
      if (cell.arm() != Arm.BASE && cell.seed() == first) {
        byArm.put(key(cell), trained(cell, data));
      }
    }
    double token = secondsPerToken(byArm);
    double scoring =
        token * tokens(data.rows().test())
            + TaskWork.seconds(data.dataset(), request.suite().taskRows(), token);
    List<CellPlan> plans = new ArrayList<>();
    for (var cell : data.cells()) {
      var like = Optional.ofNullable(byArm.get(key(cell)));
      plans.add(
          new CellPlan(
              cell,
              isDone(cell, data),
              like.map(CellPlan::tokens).orElse(0L),
              like.map(CellPlan::trainSeconds).orElse(0.0),
              scoring,
              like.map(CellPlan::overheadSeconds).orElse(1.0)));
    }
    return plans;
  }

  private CellPlan trained(Cell cell, SuiteData data) {
    var folder = data.trained(cell);
    var config = data.setting(cell).config();
    TrainPlan plan =
        PlanJob.run(config, Optional.of(folder.uri()), request.hub(), request.policy(), listener);
    return new CellPlan(
        cell,
        /* done= */ false,
        plan.rounds() * plan.tokensPerRound(),
        plan.runSeconds(),
        0,
        CELL_SECONDS + ROUND_SECONDS * plan.rounds());
  }

  private boolean isDone(Cell cell, SuiteData data) {
    return store
        .flatMap(cells -> cells.find(cell))
        .filter(CellResult::done)
        .map(result -> result.asked().containsAll(CellTasks.asked(data.dataset())))
        .orElse(false);
  }

  /** Returns what a token of a forward pass takes, by the predictions of training. */
  private static double secondsPerToken(SortedMap<String, CellPlan> byArm) {
    double seconds = 0;
    double tokens = 0;
    for (CellPlan plan : byArm.values()) {
      seconds += plan.trainSeconds();
      tokens += plan.tokens();
    }
    return tokens == 0 ? 0 : FORWARD * seconds / tokens;
  }

  private static long tokens(PreparedFolder folder) {
    return folder.manifest().silos().stream()
        .map(SiloCounts::test)
        .mapToLong(test -> test.tokenCount())
        .sum();
  }

  private static String key(Cell cell) {
    return "%s %s %s".formatted(cell.adapter(), cell.arm().label(), cell.silo());
  }
}
