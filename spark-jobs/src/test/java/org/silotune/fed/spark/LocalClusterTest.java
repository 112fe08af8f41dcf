package org.silotune.fed.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.fed.client.ComputeDevice;
import org.silotune.fed.client.DeviceKind;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.FakeSilos;
import org.silotune.fed.round.FakeTrainer;
import org.silotune.fed.round.FakeTrainer.Fault;
import org.silotune.fed.round.RoundListener;
import org.silotune.fed.run.RoundRecord;
import org.silotune.fed.run.RunResult;
import org.silotune.llm.script.EngineDevices;

/** Rounds on executors that are processes of their own. */
final class LocalClusterTest {

  private static final String MIG = "MIG-41b1e8a8-7f0c-5a3e-9a52-0d1d3f2b7c11";

  @TempDir private Path output;

  @Test
  void aClusterGivesTheBitsOfOneProcessEvenWhenAnExecutorDies() {
    RunResult expected;
    RunResult expectedWithout;
    List<SiloDescriptor> others =
        FakeSilos.of(7).stream().filter(silo -> !silo.name().equals("silo-04")).toList();
    try (TestSpark spark = TestSpark.local()) {
      expected = SparkRun.in(output).run(spark, "local");
      expectedWithout =
          SparkRun.in(output)
              .with(FakeSilos.config(1))
              .withSilos(others)
              .run(spark, "local-without");
    }
    try (TestSpark spark = TestSpark.localCluster()) {
      assertThat(SparkRun.in(output).run(spark, "cluster")).isEqualTo(expected);
      assertThat(output.resolve("cluster/final/adapter_model.safetensors"))
          .hasSameBinaryContentAs(output.resolve("local/final/adapter_model.safetensors"));

      List<RoundRecord> records = new ArrayList<>();
      FakeTrainer crashing = new FakeTrainer(Map.of("silo-04", Fault.CRASH), output);
      RunResult crashed =
          SparkRun.in(output)
              .with(FakeSilos.config(1))
              .with(crashing)
              .with(committed(records))
              .run(spark, "crashed");
      assertThat(records.get(0).silos().get(3).status()).isEqualTo("lost");
      assertThat(records.get(0).silos().get(3).reason()).startsWith("Executor died");
      assertThat(crashed.adapterSha256()).isEqualTo(expectedWithout.adapterSha256());
      assertThat(crashed.reproducible()).isFalse();
    }
  }

  @Test
  void eachTaskSeesTheGpuOrThePartOfOneThatSparkGaveItsExecutor() throws IOException {
    Path script = output.resolve("find-gpus.sh");
    Files.writeString(
        script,
        "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"1\", \"%s\"]}'\n".formatted(MIG));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Map<String, String> settings =
        Map.of(
            "spark.executor.memory", "1g",
            "spark.executor.cores", "1",
            "spark.executorEnv.CUDA_VISIBLE_DEVICES", "0,1",
            "spark.worker.resource.gpu.amount", "2",
            "spark.worker.resource.gpu.discoveryScript", script.toString(),
            "spark.executor.resource.gpu.amount", "1",
            "spark.task.resource.gpu.amount", "1");
    try (TestSpark spark = TestSpark.on("local-cluster[1,2,2048]", settings)) {
      JavaSparkContext context = new JavaSparkContext(spark.session().sparkContext());
      List<String> seen =
          context
              .parallelize(IntStream.range(0, 8).boxed().toList(), 8)
              .map(i -> slowly(device()))
              .collect();

      assertThat(seen)
          .hasSize(8)
          .contains("Gpu[address=1, ordinal=1] 0,1")
          .contains("Gpu[address=%1$s, ordinal=0] %1$s".formatted(MIG));
    }
  }

  /** The device of the running task, and what native code of this process may see. */
  private static String device() {
    var engine =
        new EngineDevices(/* library= */ true, /* seesGpu= */ true, gpu -> Optional.empty());
    ComputeDevice device =
        TaskDevice.of(
            DeviceKind.GPU,
            1,
            TaskContext.get().resourcesJMap(),
            VisibleGpus.ofThisProcess(),
            () -> engine);
    return device + " " + VisibleGpus.libc().getenv("CUDA_VISIBLE_DEVICES");
  }

  /** Long enough for the second executor to get a task too. */
  private static String slowly(String device) throws InterruptedException {
    Thread.sleep(1_000);
    return device;
  }

  private static RoundListener committed(List<RoundRecord> records) {
    return new RoundListener() {
      @Override
      public void committed(RoundRecord record) {
        records.add(record);
      }
    };
  }
}
