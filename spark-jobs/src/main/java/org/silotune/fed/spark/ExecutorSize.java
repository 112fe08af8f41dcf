package org.silotune.fed.spark;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.silotune.llm.plan.MemoryLimit;
import org.silotune.llm.plan.ProcessMemory;

/**
 * An executor as Spark's settings make it.
 *
 * @param local whether it is the driver's own process
 * @param executors how many there are; empty where Spark decides while it runs
 * @param cores that Spark gives tasks
 * @param coresPerTask cores of one task
 * @param heapBytes what its Java heap may grow to
 * @param containerBytes what the cluster manager ends it above; empty where the machine is the
 *     limit
 * @param gpus the GPUs that tasks are given; empty for none, as under a local master
 */
public record ExecutorSize(
    boolean local,
    OptionalLong executors,
    int cores,
    int coresPerTask,
    OptionalLong heapBytes,
    OptionalLong containerBytes,
    Optional<GpuShare> gpus) {

  private static final Pattern LOCAL = Pattern.compile("local(?:\\[([^,\\]]+)(?:,[^\\]]*)?])?");
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final long MEBIBYTE = 1L << 20;
  private static final long LEAST_OVERHEAD = 384 * MEBIBYTE;

  /**
   * Reads the settings.
   *
   * @param master as {@code spark.master} has it
   */
  public static ExecutorSize of(SparkConf conf, String master) {
    int perTask = conf.getInt("spark.task.cpus", 1);
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      return new ExecutorSize(
          true,
          OptionalLong.of(1),
          threads(local.group(1)),
          perTask,
          OptionalLong.of(Runtime.getRuntime().maxMemory()),
          OptionalLong.empty(),
          Optional.empty());
    }
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g") * MEBIBYTE;
    int here = Runtime.getRuntime().availableProcessors();
    return new ExecutorSize(
        false,
        executors(conf),
        conf.getInt("spark.executor.cores", master.startsWith("spark://") ? here : 1),
        perTask,
        OptionalLong.of(heap),
        container(conf, master, heap),
        GpuShare.of(conf));
  }

  /** Returns how many tasks it runs at once. */
  public int tasks() {
    int byCores = Math.max(1, cores / coresPerTask);
    return gpus.map(share -> Math.min(byCores, share.tasks())).orElse(byCores);
  }

  /** Returns how many threads compute a task's micro-batches. */
  public int workers(int intraOpThreads) {
    return Math.max(1, coresPerTask / intraOpThreads);
  }

  /** Returns what it may take; where no container ends it, as much as this machine has. */
  public MemoryLimit memory() {
    return new MemoryLimit(
        containerBytes.orElseGet(ProcessMemory::limitBytes),
        heapBytes.orElseGet(Runtime.getRuntime()::maxMemory),
        tasks(),
        gpus.map(share -> Math.min(share.tasksPerGpu(), tasks())).orElseGet(this::tasks));
  }

  private static int threads(String named) {
    if (named == null) {
      return 1;
    }
    return named.strip().equals("*")
        ? Runtime.getRuntime().availableProcessors()
        : Integer.parseInt(named.strip());
  }

  private static OptionalLong executors(SparkConf conf) {
    boolean known =
        conf.contains("spark.executor.instances")
            && !conf.getBoolean("spark.dynamicAllocation.enabled", false);
    return known
        ? OptionalLong.of(conf.getLong("spark.executor.instances", 1))
        : OptionalLong.empty();
  }

  /**
   * YARN and Kubernetes end a container above its heap and overhead; others do where it is said.
   */
  private static OptionalLong container(SparkConf conf, String master, long heap) {
    String manager = master.toLowerCase(Locale.ROOT);
    boolean enforced = manager.startsWith("yarn") || manager.startsWith("k8s");
    if (!enforced && !conf.contains(OVERHEAD)) {
      return OptionalLong.empty();
    }
    double factor = conf.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long overhead =
        conf.contains(OVERHEAD)
            ? conf.getSizeAsMb(OVERHEAD, "0") * MEBIBYTE
            : Math.max((long) (factor * heap), LEAST_OVERHEAD);
    return OptionalLong.of(heap + overhead);
  }
}
