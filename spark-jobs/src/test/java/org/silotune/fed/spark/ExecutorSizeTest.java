package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.silotune.llm.plan.ProcessMemory;

final class ExecutorSizeTest {

  @Test
  void aLocalMasterIsThisProcess() {
    ExecutorSize size = ExecutorSize.of(conf().set("spark.task.cpus", "2"), "local[4,3]");
    assertThat(size.local()).isTrue();
    assertThat(size.tasks()).isEqualTo(2);
    assertThat(size.workers(1)).isEqualTo(2);
    assertThat(size.workers(2)).isEqualTo(1);
    assertThat(size.memory().bytes()).isEqualTo(ProcessMemory.limitBytes());
    assertThat(size.memory().heapBytes()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(ExecutorSize.of(conf(), "local").tasks()).isEqualTo(1);
    assertThat(ExecutorSize.of(conf(), "local[*]").tasks())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void aContainerHasHeapAndOverhead() {
    SparkConf conf = conf().set("spark.executor.memory", "4g").set("spark.executor.cores", "8");
    ExecutorSize yarn = ExecutorSize.of(conf, "yarn");
    assertThat(yarn.tasks()).isEqualTo(8);
    assertThat(yarn.memory().bytes()).isBetween(4505L << 20, 4506L << 20);
    conf.set("spark.executor.memoryOverhead", "6g").set("spark.executor.instances", "5");
    ExecutorSize known = ExecutorSize.of(conf, "k8s://h:6443");
    assertThat(known.memory().bytes()).isEqualTo(10L << 30);
    assertThat(known.executors()).hasValue(5);
  }

  @Test
  void aStandaloneExecutorIsEndedByNobodyUnlessItsOverheadIsSet() {
    assertThat(ExecutorSize.of(conf(), "spark://h:7077").memory().bytes())
        .isEqualTo(ProcessMemory.limitBytes());
    assertThat(
            ExecutorSize.of(conf().set("spark.executor.memoryOverhead", "1g"), "spark://h:7077")
                .memory()
                .bytes())
        .isEqualTo(2L << 30);
  }

  @Test
  void tasksAreAsManyAsCoresAndGpusHold() {
    SparkConf conf = conf().set("spark.executor.cores", "8");
    assertThat(ExecutorSize.of(conf, "yarn").gpus()).isEmpty();
    conf.set("spark.executor.resource.gpu.amount", "2").set(GpuShare.TASK, "1");
    assertThat(ExecutorSize.of(conf, "yarn").tasks()).isEqualTo(2);
    assertThat(ExecutorSize.of(conf, "yarn").gpus()).hasValue(new GpuShare(2, 1));
    conf.set(GpuShare.TASK, "0.25");
    assertThat(ExecutorSize.of(conf, "yarn").tasks()).isEqualTo(8);
    assertThat(ExecutorSize.of(conf, "yarn").memory().tasksPerGpu()).isEqualTo(4);
    conf.set("spark.task.cpus", "4");
    assertThat(ExecutorSize.of(conf, "yarn").tasks()).isEqualTo(2);
    assertThat(ExecutorSize.of(conf, "local[8]").gpus()).as("Spark gives none there").isEmpty();
  }

  @Test
  void aGpuIsSharedByThePartThatATaskHasOfIt() {
    assertThat(new GpuShare(1, 0.34).tasksPerGpu()).isEqualTo(2);
    assertThat(new GpuShare(3, 0.5).tasks()).isEqualTo(6);
    assertThat(new GpuShare(4, 2).tasks()).isEqualTo(2);
    assertThat(new GpuShare(4, 2).tasksPerGpu()).isEqualTo(1);
  }

  private static SparkConf conf() {
    return new SparkConf(false);
  }
}
