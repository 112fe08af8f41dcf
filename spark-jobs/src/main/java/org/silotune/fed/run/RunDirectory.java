package org.silotune.fed.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.fed.metrics.EvaluationRow;
import org.silotune.fed.metrics.HeldOutSplit;

/**
 * One run on disk, held by this process:
 *
 * <pre>
 *   &lt;output&gt;/&lt;run-id&gt;/run.json       marks the folder as this run's
 *                    config.json    the resolved configuration
 *                    manifest.json  seed, hashes, numeric profile, versions
 *                    checkpoints/   {@link RunCheckpoints}
 *                    carried/       {@link CarriedStates}
 *                    scores/        held-out losses, one file a (round, split)
 *                    tables/        rounds, silo_rounds, evaluations, predictions as Parquet
 *                    best/ final/   adapters
 *                    result.json    {@link RunResult}, once finished
 *                    report.md      what the run achieved, for people
 *                    summary.json   the same for programs, written last
 * </pre>
 *
 * Whatever is read back was renamed into place whole. Files that follow from others, such as tables
 * and exported adapters, are made again where they are missing.
 */
public final class RunDirectory implements AutoCloseable {

  static final String CONFIG = "config.json";
  static final String RESULT = "result.json";
  private static final String MANIFEST = "manifest.json";
  private static final String SCORES = "scores";

  private final String runId;
  private final RunStorage storage;
  private final RunLock lock;

  /** The content of a file of scores. */
  record Scores(List<EvaluationRow> rows) {}

  private RunDirectory(String runId, RunStorage storage, RunLock lock) {
    this.runId = runId;
    this.storage = storage;
    this.lock = lock;
  }

  /**
   * Takes the run's folder for this process, making it where there is none, and removes what an
   * earlier process left unfinished.
   *
   * @param output folder of runs, a path or URI
   * @throws RunInUseException if another process holds the run
   * @throws RunMismatchException if the folder holds something else
   */
  public static RunDirectory claim(String output, String runId, Configuration hadoop) {
    RunStorage storage = RunMarker.storage(output, runId, hadoop);
    storage.makeFolder("");
    RunLock lock = RunLock.take(storage, RunLock.Held.run(runId));
    RunDirectory run = new RunDirectory(runId, storage, lock);
    try {
      run.begin();
      return run;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private void begin() {
    if (RunMarker.read(storage).isEmpty()) {
      storage.write(RunMarker.FILE, Json.bytes(RunMarker.of(runId)));
    }
    for (String folder :
        List.of("", RunCheckpoints.FOLDER, CarriedStates.FOLDER, SCORES, RunTables.FOLDER)) {
      storage.removeLeftovers(folder);
      storage.makeFolder(folder);
    }
    for (String silo : storage.list(CarriedStates.FOLDER)) {
      storage.removeLeftovers(CarriedStates.FOLDER + "/" + silo);
    }
  }

  /**
   * Records the configuration, or compares it with the one recorded.
   *
   * @param mayChange keys that a run may change between starts: the number of rounds and what
   *     concerns the cluster
   * @throws RunMismatchException that lists the differences
   */
  public void configure(ResolvedConfig config, Predicate<String> mayChange) {
    Optional<ResolvedConfig> recorded = config();
    recorded.ifPresent(
        before -> requireEqual("configuration", before.differences(config, mayChange)));
    if (recorded.isEmpty()) {
      storage.write(CONFIG, Json.bytes(config));
    } else if (!recorded.get().equals(config)) {
      storage.replace(CONFIG, Json.bytes(config));
    }
  }

  /** Returns the recorded configuration, if one was. */
  public Optional<ResolvedConfig> config() {
    return read(CONFIG, ResolvedConfig.class);
  }

  /**
   * Records the manifest, or compares it with the one recorded.
   *
   * @param exact whether a process with another numeric profile may not go on with the run
   * @return what the manifest now warns of: that the run goes on with another profile
   * @throws RunMismatchException that lists the differences of seed, hashes and guarded environment
   *     variables, and those of the profile if the run is to be exact
   */
  public Optional<String> describe(RunManifest manifest, boolean exact) {
    Optional<RunManifest> recorded = manifest();
    if (recorded.isEmpty()) {
      storage.write(MANIFEST, Json.bytes(manifest));
      return Optional.empty();
    }
    RunManifest before = recorded.get();
    requireEqual("manifest", before.inputs().differences(manifest.inputs(), key -> false));
    List<String> differences =
        new ResolvedConfig(before.profile().values())
            .differences(new ResolvedConfig(manifest.profile().values()), key -> false);
    boolean sameEnvironment =
        before.profile().environment().equals(manifest.profile().environment());
    if (exact || !sameEnvironment) {
      requireEqual("numeric profile", differences);
    }
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    String warning =
        "Run %s goes on with another numeric profile: %s; its bits are not those of one profile"
            .formatted(runId, String.join("; ", differences));
    warn(warning);
    return Optional.of(warning);
  }

  /** Returns the canary that the run's executors must have, empty before the first scores. */
  public String canary() {
    return manifest().map(RunManifest::profile).map(NumericProfile::canary).orElse("");
  }

  /** Fixes the canary that the run's executors must have. */
  public void recordCanary(String hash) {
    lock.requireHeld();
    storage.replace(MANIFEST, Json.bytes(described().withCanary(hash)));
  }

  /** Keeps a warning in the manifest, once. */
  public void warn(String warning) {
    lock.requireHeld();
    storage.replace(MANIFEST, Json.bytes(described().withWarning(warning)));
  }

  private RunManifest described() {
    return manifest().orElseThrow(() -> new IllegalStateException("Run not described: " + runId));
  }

  /** Returns the manifest, once described. */
  public Optional<RunManifest> manifest() {
    return read(MANIFEST, RunManifest.class);
  }

  /** Returns the run's id. */
  public String runId() {
    return runId;
  }

  /** Returns the URI of a file or folder of the run; of the run itself for "". */
  public String uri(String relative) {
    return storage.uri(relative);
  }

  /** Returns the run's files. */
  public RunStorage storage() {
    return storage;
  }

  /** Returns the committed rounds. */
  public RunCheckpoints checkpoints(AdapterFormat format) {
    return new RunCheckpoints(storage, format);
  }

  /** Commits a round, if the run is still held. */
  public void commit(RunCheckpoints checkpoints, RoundCheckpoint checkpoint) {
    lock.requireHeld();
    checkpoints.commit(checkpoint);
  }

  /**
   * Deletes the tensors of all rounds but some and round 0, and the carried states that none of
   * these names.
   */
  public void retain(RunCheckpoints checkpoints, Set<Integer> rounds) {
    lock.requireHeld();
    List<CarriedState> named = new ArrayList<>();
    for (int round : checkpoints.rounds()) {
      if (rounds.contains(round)) {
        checkpoints.record(round).ifPresent(record -> named.addAll(record.carried().values()));
      } else if (round > 0) {
        checkpoints.prune(round);
      }
    }
    CarriedStates.retain(storage, named);
  }

  /** Returns the held-out losses of a round, if they were recorded. */
  public Optional<List<EvaluationRow>> scores(int round, HeldOutSplit split) {
    return read(scoresFile(round, split), Scores.class).map(Scores::rows);
  }

  /** Records the held-out losses of a round. */
  public void recordScores(int round, HeldOutSplit split, List<EvaluationRow> rows) {
    lock.requireHeld();
    storage.write(scoresFile(round, split), Json.bytes(new Scores(List.copyOf(rows))));
  }

  /** Returns how the run ended, if it has. */
  public Optional<RunResult> result() {
    return read(RESULT, RunResult.class);
  }

  /** Takes the result back, for a run that goes on with more rounds. */
  public void reopen() {
    lock.requireHeld();
    storage.delete(RESULT);
  }

  /** Exports the best and the final adapter and records the result. */
  public void finish(RunCheckpoints checkpoints, RunResult result) {
    lock.requireHeld();
    checkpoints.export(result.bestRound(), "best");
    checkpoints.export(result.rounds(), "final");
    storage.write(RESULT, Json.bytes(result));
  }

  /** Writes a record to a file of the run's root, in place of what was there. */
  public void replace(String file, Record content) {
    lock.requireHeld();
    storage.replace(file, Json.bytes(content));
  }

  /** Gives the run up for other processes; one that recorded nothing leaves no folder. */
  @Override
  public void close() {
    try (lock) {
      if (isHeld() && !isBegun()) {
        vacate();
      }
    }
  }

  /**
   * What says whose the folder is goes after the rest, the lock last, and the folder only if nobody
   * has entered it since.
   */
  private void vacate() {
    for (String name : storage.list("")) {
      if (!name.equals(RunMarker.FILE) && !name.equals(lock.file())) {
        storage.delete(name);
      }
    }
    storage.delete(RunMarker.FILE);
    lock.closeAndRemove();
    storage.deleteIfEmpty("");
  }

  /** Who lost the lock must not delete what the next holder is preparing. */
  private boolean isHeld() {
    try {
      lock.requireHeld();
      return true;
    } catch (RunInUseException e) {
      return false;
    }
  }

  private boolean isBegun() {
    return storage.read(CONFIG).isPresent()
        || manifest().isPresent()
        || !storage.list(RunCheckpoints.FOLDER).isEmpty();
  }

  private <T> Optional<T> read(String file, Class<T> type) {
    return storage.read(file).map(bytes -> Json.read(bytes, type, storage.uri(file)));
  }

  private void requireEqual(String what, List<String> differences) {
    RecordedRun.requireEqual(runId, what, differences);
  }

  private static String scoresFile(int round, HeldOutSplit split) {
    return "%s/round-%05d-%s.json".formatted(SCORES, round, split.label());
  }
}
