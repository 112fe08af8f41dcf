package org.silotune.fed.job;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.spark.ExecutorSize;
import scala.jdk.javaapi.OptionConverters;

/**
 * The Spark of a job: started for it and stopped with it, or that of the process it runs in, such
 * as a notebook's, which stays as it is. There the job has a session of its own on the same
 * context, so that neither sees the other's SQL settings and temporary views.
 */
public final class JobSession implements AutoCloseable {

  private static final String MASTER = "spark.master";
  private static final String SERIALIZER = "spark.serializer";
  private static final String JAVA_SERIALIZER = "org.apache.spark.serializer.JavaSerializer";
  private static final int LOCAL_ATTEMPTS = 4;

  /** GPUs and the like, of tasks, executors and the driver. */
  private static final Pattern RESOURCE = Pattern.compile("spark\\.\\w+\\.resource\\..+");

  private static final Pattern TASK_RESOURCE = Pattern.compile("spark\\.task\\.resource\\..+");

  /** Tells a context that this class started from any other: a context keeps its settings. */
  private static final String STARTED_BY = "spark.silotune.job";

  private static final AtomicLong STARTS = new AtomicLong();

  private final SparkSession session;
  private final boolean isOwn;

  private JobSession(SparkSession session, boolean isOwn) {
    this.session = session;
    this.isOwn = isOwn;
  }

  /**
   * Opens the session; the caller closes it.
   *
   * @param environment what executors get of this process' environment
   * @param name what the Spark UI calls the job
   * @throws InvalidExperimentException if Spark runs in this process already, and not as {@code
   *     config} says
   */
  public static JobSession open(SparkConfig config, NumericEnvironment environment, String name) {
    Optional<SparkSession> running = running();
    if (running.isPresent()) {
      return beside(running.get(), config);
    }
    var conf = conf(config);
    conf.setIfMissing(MASTER, localMaster());
    requireNoWaitingForResources(conf);
    return started(conf, config, environment, name);
  }

  /**
   * Opens a session on this machine, whatever cluster the settings are for, or beside the Spark
   * that runs in this process; the caller closes it.
   *
   * @throws InvalidExperimentException as {@link #open} does
   */
  static JobSession openHere(SparkConfig config, NumericEnvironment environment, String name) {
    Optional<SparkSession> running = running();
    if (running.isPresent()) {
      return beside(running.get(), config);
    }
    var here = config.withMaster("local[*]");
    var conf = conf(here);
    Stream.of(conf.getAll())
        .map(setting -> setting._1())
        .filter(key -> RESOURCE.matcher(key).matches())
        .forEach(conf::remove);
    return started(conf, here, environment, name);
  }

  private static JobSession started(
      SparkConf conf, SparkConfig config, NumericEnvironment environment, String name) {
    requireJavaSerializer(conf);
    conf.setIfMissing("spark.app.name", name);
    always().forEach(conf::setIfMissing);
    environment
        .variables()
        .forEach((variable, value) -> conf.setIfMissing("spark.executorEnv." + variable, value));
    if (conf.get(MASTER).startsWith("local")) {
      onThisMachine().forEach(conf::setIfMissing);
    }
    var start = Long.toString(STARTS.incrementAndGet());
    var session = SparkSession.builder().config(conf.set(STARTED_BY, start)).getOrCreate();
    return session.sparkContext().getConf().get(STARTED_BY, "").equals(start)
        ? new JobSession(session, /* isOwn= */ true)
        : beside(session, config); // there was a context without a session
  }

  /**
   * Returns what an executor of {@link #open} has: of the Spark that runs in this process, else as
   * Spark would make it.
   *
   * @throws InvalidExperimentException if Spark would never start a task there, or as {@link #open}
   *     does
   */
  static ExecutorSize executor(SparkConfig config) {
    Optional<SparkSession> running = running();
    running.ifPresent(session -> requireSame(session, config));
    var conf = running.map(session -> session.sparkContext().getConf()).orElse(conf(config));
    conf.setIfMissing(MASTER, localMaster());
    requireNoWaitingForResources(conf);
    return ExecutorSize.of(conf, conf.get(MASTER));
  }

  /**
   * Returns the environment that executors of {@link #open} are taken to have: this process', whose
   * it is under a local master; else Spark's settings change it.
   */
  static SortedMap<String, String> executorEnvironment(SparkConfig config) {
    var conf = running().map(session -> session.sparkContext().getConf()).orElse(conf(config));
    var variables = new TreeMap<>(System.getenv());
    if (!ExecutorSize.of(conf, conf.get(MASTER, localMaster())).local()) {
      Stream.of(conf.getAllWithPrefix("spark.executorEnv."))
          .forEach(variable -> variables.put(variable._1(), variable._2()));
    }
    return variables;
  }

  /** Returns how storage is reached before Spark starts: as Spark would reach it. */
  public static Configuration storage(SparkConfig config) {
    return running()
        .map(session -> new Configuration(session.sparkContext().hadoopConfiguration()))
        .orElseGet(() -> SparkHadoopUtil.get().newConfiguration(conf(config)));
  }

  /** Returns the session. */
  public SparkSession spark() {
    return session;
  }

  /** Returns its context. */
  public JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Stops Spark, if it was started for this job. */
  @Override
  public void close() {
    if (isOwn) {
      session.stop();
    }
  }

  /** The session of this process whose Spark has not been stopped. */
  private static Optional<SparkSession> running() {
    return Stream.of(SparkSession.getActiveSession(), SparkSession.getDefaultSession())
        .flatMap(found -> OptionConverters.toJava(found).stream())
        .filter(session -> !session.sparkContext().isStopped())
        .findFirst();
  }

  private static JobSession beside(SparkSession running, SparkConfig config) {
    requireSame(running, config);
    var session = running.newSession();
    always()
        .forEach(
            (key, value) -> {
              if (session.conf().isModifiable(key)) {
                session.conf().set(key, value);
              }
            });
    config
        .settings()
        .forEach(
            (key, value) -> {
              if (session.conf().isModifiable(key)) {
                session.conf().set(key, value);
              }
            });
    session.conf().set(SparkConfig.TIME_ZONE, SparkConfig.UTC);
    return new JobSession(session, /* isOwn= */ false);
  }

  /** What a session of its own cannot change is what the settings say. */
  private static void requireSame(SparkSession running, SparkConfig config) {
    var context = running.sparkContext().getConf();
    requireJavaSerializer(context);
    config.master().ifPresent(master -> requireSame(MASTER, master, context));
    config
        .settings()
        .forEach(
            (key, value) -> {
              if (!running.conf().isModifiable(key)) {
                requireSame(key, value, context);
              }
            });
  }

  private static void requireSame(String key, String value, SparkConf running) {
    var there = running.get(key, "absent");
    if (!there.equals(value)) {
      throw new InvalidExperimentException(
          "Invalid %s %s: Spark runs in this process already, where it is %s; leave it out, or set it where Spark is started"
              .formatted(key, value, there));
    }
  }

  /** A local master offers cores alone: a task that asks for a GPU as well is never started. */
  private static void requireNoWaitingForResources(SparkConf conf) {
    if (!ExecutorSize.of(conf, conf.get(MASTER)).local()) {
      return;
    }
    Stream.of(conf.getAll())
        .filter(setting -> TASK_RESOURCE.matcher(setting._1()).matches())
        .findFirst()
        .ifPresent(
            setting -> {
              throw new InvalidExperimentException(
                  "Invalid %s %s: under a local master Spark gives tasks none, and they would wait for ever; leave it out, or name a cluster's master"
                      .formatted(setting._1(), setting._2()));
            });
  }

  /** Kryo cannot make records: without this, tasks would fail with its words. */
  private static void requireJavaSerializer(SparkConf conf) {
    var serializer = conf.get(SERIALIZER, JAVA_SERIALIZER);
    if (!serializer.equals(JAVA_SERIALIZER)) {
      throw new InvalidExperimentException(
          "Invalid %s %s: what crosses processes here is written by Java's own; set it to %s"
              .formatted(SERIALIZER, serializer, JAVA_SERIALIZER));
    }
  }

  private static SparkConf conf(SparkConfig config) {
    var conf = new SparkConf(); // with what spark-submit was told
    config.master().ifPresent(conf::setMaster);
    config.settings().forEach(conf::set);
    return conf.set(SparkConfig.TIME_ZONE, SparkConfig.UTC); // whatever spark-defaults.conf says
  }

  private static String localMaster() {
    return "local[%d,%d]".formatted(Runtime.getRuntime().availableProcessors(), LOCAL_ATTEMPTS);
  }

  /**
   * Executors never look for the engine on the network, and one ends whose task was cancelled and
   * stands still in native code: it would keep its core from the rest of the round.
   */
  private static Map<String, String> always() {
    return new TreeMap<>(
        Map.of(
            "spark.executorEnv.DJL_OFFLINE", "true",
            "spark.executorEnv.OPT_OUT_TRACKING", "true",
            "spark.task.reaper.enabled", "true",
            "spark.task.reaper.killTimeout", "300s",
            "spark.sql.catalogImplementation", "in-memory"));
  }

  /**
   * No port is opened to other machines and none is looked for, what is broadcast from one thread
   * to another is not compressed, and an exhausted heap fails a task, not this process. A part of a
   * shuffle of a million rows fits a heap of a gigabyte beside others, and so do the rows of it
   * that are kept, in batches whose arrays are no humongous objects to the collector.
   */
  private static Map<String, String> onThisMachine() {
    return new TreeMap<>(
        Map.of(
            "spark.broadcast.compress", "false",
            "spark.driver.host", "127.0.0.1",
            "spark.driver.bindAddress", "127.0.0.1",
            "spark.ui.enabled", "false",
            "spark.executor.killOnFatalError.depth", "0",
            "spark.sql.shuffle.partitions", "16",
            "spark.sql.inMemoryColumnarStorage.batchSize", "256"));
  }
}
