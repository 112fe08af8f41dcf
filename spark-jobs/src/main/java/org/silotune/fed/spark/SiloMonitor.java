package org.silotune.fed.spark;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.spark.TaskPulse.Beat;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the driver knows of the silos of one job while it runs: who goes on, who stands still, whose
 * executors die. Fed by Spark's listener bus.
 */
final class SiloMonitor extends SparkListener {

  private final int rddId;
  private final List<SiloDescriptor> silos;
  private final RoundListener listener;
  private final Map<Integer, Boolean> siloStages = new HashMap<>();
  private final Map<Long, Watch> running = new HashMap<>();
  private final SortedMap<String, Integer> losses = new TreeMap<>();

  /** One running task. */
  private static final class Watch {
    private final String silo;
    private final String host;
    private long lastBeatNanos = System.nanoTime();
    private long beats;

    Watch(String silo, String host) {
      this.silo = silo;
      this.host = host;
    }
  }

  /** A silo whose task does not go on. */
  record Stall(String silo, String host) {}

  /**
   * A monitor.
   *
   * @param rddId of the RDD that holds the descriptors, one a partition
   * @param silos in the order of the partitions
   */
  SiloMonitor(int rddId, List<SiloDescriptor> silos, RoundListener listener) {
    this.rddId = rddId;
    this.silos = List.copyOf(silos);
    this.listener = listener;
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    boolean works =
        CollectionConverters.asJava(event.stageInfo().rddInfos()).stream()
            .anyMatch(rdd -> rdd.id() == rddId);
    siloStages.put(event.stageInfo().stageId(), works);
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    if (siloStages.getOrDefault(event.stageId(), false)) {
      String silo = silos.get(event.taskInfo().partitionId()).name();
      running.put(event.taskInfo().taskId(), new Watch(silo, event.taskInfo().host()));
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    Watch watch = running.remove(event.taskInfo().taskId());
    if (watch != null && event.reason() instanceof ExecutorLostFailure) {
      losses.merge(watch.silo, 1, Integer::sum);
    }
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate event) {
    CollectionConverters.asJava(event.accumUpdates())
        .forEach(
            update ->
                CollectionConverters.asJava(update._4())
                    .forEach(info -> progressed((Long) update._1(), info)));
  }

  private void progressed(long taskId, AccumulableInfo info) {
    if (info.update().isEmpty() || !(info.update().get() instanceof Beat beat)) {
      return;
    }
    synchronized (this) {
      Watch watch = running.get(taskId);
      if (watch == null || watch.beats >= beat.count()) {
        return;
      }
      watch.beats = beat.count();
      watch.lastBeatNanos = System.nanoTime();
    }
    if (beat.step() != null) {
      listener.progressed(beat.step());
    }
    if (beat.rows() != null) {
      listener.answered(beat.rows());
    }
  }

  /** Returns the silo that has stood still the longest, beyond {@code grace}. */
  synchronized Optional<Stall> stalled(Duration grace) {
    long now = System.nanoTime();
    return running.values().stream()
        .filter(watch -> now - watch.lastBeatNanos > grace.toNanos())
        .min((a, b) -> Long.compare(a.lastBeatNanos, b.lastBeatNanos))
        .map(watch -> new Stall(watch.silo, watch.host));
  }

  /** Returns how often each silo's task died with its executor, by name; none for 0. */
  synchronized SortedMap<String, Integer> executorLosses() {
    return new TreeMap<>(losses);
  }
}
