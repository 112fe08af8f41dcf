package org.silotune.fed.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.silotune.fed.FederationException;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.run.ScratchFolder;
import org.silotune.prep.bench.PrepBench;
import org.silotune.prep.bench.PrepBenchConfig;
import org.silotune.prep.bench.PrepBenchResult;

/** Measures a preparation on the Spark of a job. */
public final class PrepBenchJob {

  private PrepBenchJob() {}

  /**
   * Returns what the preparation took.
   *
   * @param keep a new folder for the rows and the prepared data; none deletes both
   */
  public static PrepBenchResult run(
      PrepBenchConfig config, SparkConfig spark, Optional<Path> keep) {
    try (var session = JobSession.open(spark, NumericEnvironment.NONE, "silotune bench prep");
        var scratch = ScratchFolder.create()) {
      var place =
          keep.isPresent() ? Files.createDirectories(keep.get()) : scratch.folder("measured");
      return new PrepBench(session.spark(), config).measure(scratch.folder("warm-up"), place);
    } catch (IOException e) {
      throw new FederationException(
          "Cannot write the rows to prepare: %s; make room, or name another folder with --keep"
              .formatted(e),
          e);
    }
  }
}
