package org.silotune.prep.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.silotune.llm.plan.ProcessMemory;
import org.silotune.prep.job.Preparation;
import org.silotune.prep.job.PreparationProgress;
import org.silotune.prep.job.PreparationSteps;
import org.silotune.prep.job.PrepareConfig;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.Split;

/**
 * Measures a preparation as runs have it: the whole, and, because Spark fuses its steps, each step
 * by how much longer all up to it take than those before.
 */
public final class PrepBench {

  /** Rows of a preparation before the measured ones. */
  private static final int WARM_UP = 2_000;

  private static final String WRITE = "write";

  private final SparkSession session;
  private final PrepBenchConfig config;

  /** A measurement on a running Spark. */
  public PrepBench(SparkSession session, PrepBenchConfig config) {
    this.session = session;
    this.config = config;
  }

  /**
   * Prepares the rows, then measures the steps.
   *
   * @param warmUp an empty folder for some rows before
   * @param place an empty folder for the rows, and for the prepared data
   */
  public PrepBenchResult measure(Path warmUp, Path place) throws IOException {
    CycledRows source = CycledRows.of(session, config.prepare(), config.rows());
    prepare(source.write(Math.min(WARM_UP, config.rows()), warmUp), warmUp);
    Path rows = Files.createDirectories(place.resolve("rows"));
    try (HeapPeak heap = HeapPeak.open()) {
      return measure(source.write(config.rows(), rows), place, heap);
    }
  }

  private PrepBenchResult measure(PrepareConfig settings, Path place, HeapPeak heap) {
    long began = System.nanoTime();
    ShardManifest manifest = prepare(settings, place).manifest();
    double seconds = secondsSince(began);
    return new PrepBenchResult(
        manifest.rowsIn(),
        manifest.rowsOut(),
        manifest.silos().stream().mapToLong(PrepBench::tokens).sum(),
        seconds,
        steps(settings, seconds),
        heap.bytes(),
        ProcessMemory.peakResidentBytes()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "Cannot read peak memory: it is known on Linux only")),
        manifest.contentSha256());
  }

  private PreparedFolder prepare(PrepareConfig settings, Path place) {
    return Preparation.run(
        session,
        settings,
        config.emptySilos(),
        config.model(),
        place.resolve("data").toString(),
        PreparationProgress.SILENT);
  }

  private List<PrepBenchResult.Step> steps(PrepareConfig settings, double whole) {
    List<PrepBenchResult.Step> measured = new ArrayList<>();
    double before = 0;
    try (PreparationSteps steps = Preparation.steps(session, settings, config.model())) {
      for (var step : steps.steps()) {
        long began = System.nanoTime();
        step.rows().write().format("noop").mode("overwrite").save();
        double seconds = secondsSince(began);
        measured.add(new PrepBenchResult.Step(step.name(), seconds - before));
        before = seconds;
      }
    }
    measured.add(new PrepBenchResult.Step(WRITE, whole - before));
    return measured;
  }

  private static long tokens(SiloCounts silo) {
    long tokens = 0;
    for (Split split : Split.values()) {
      tokens += silo.of(split).tokenCount();
    }
    return tokens;
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) * 1e-9;
  }
}
