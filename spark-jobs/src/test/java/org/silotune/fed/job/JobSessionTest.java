package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.run.NumericEnvironment;
import org.silotune.fed.spark.GpuShare;

final class JobSessionTest {

  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final String REFUSED =
      "Invalid spark.serializer org.apache.spark.serializer.KryoSerializer: what crosses processes here is written by Java's own; set it to org.apache.spark.serializer.JavaSerializer";

  @Test
  void aSerializerThatKnowsNoRecordsIsRefusedBeforeSparkStarts() {
    var kryo = config("local[1]", Map.of("spark.serializer", KRYO));

    assertThatThrownBy(() -> open(kryo))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessage(REFUSED);
  }

  @Test
  void aTaskThatWouldWaitForAGpuForEverIsRefused() {
    var gpus = Map.of("spark.task.resource.gpu.amount", "0.5");
    assertThat(JobSession.executor(config("yarn", gpus)).gpus()).hasValue(new GpuShare(1, 0.5));
    assertThatThrownBy(() -> JobSession.executor(config("local[1]", gpus)))
        .isInstanceOf(InvalidExperimentException.class);
    assertThatThrownBy(() -> open(config("local[1]", gpus)))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessage(
            "Invalid spark.task.resource.gpu.amount 0.5: under a local master Spark gives tasks none, and they would wait for ever; leave it out, or name a cluster's master");
  }

  @Test
  @Timeout(60)
  void whatIsForAClusterRunsHereWithoutItsGpus() {
    var yarn =
        config(
            "yarn",
            Map.of(
                "spark.task.resource.gpu.amount", "0.5",
                "spark.executor.resource.gpu.amount", "1",
                "spark.executor.resource.gpu.discoveryScript", "/opt/gpus.sh"));
    try (var job = JobSession.openHere(yarn, NumericEnvironment.NONE, "here")) {
      assertThat(job.spark().sparkContext().master()).isEqualTo("local[*]");
      assertThat(job.spark().range(3).count()).isEqualTo(3);
    }
  }

  @Test
  void theSparkOfAJobEndsWithIt() {
    SparkContext context;
    try (var job = open(config("local[1]", Map.of()))) {
      context = job.spark().sparkContext();
      assertThat(context.getConf().get("spark.app.name")).isEqualTo("test");
      assertThat(job.spark().range(3).count()).isEqualTo(3);
    }
    assertThat(context.isStopped()).isTrue();
  }

  @Test
  void theSparkOfAJobIsInUtcWhateverSparkWasTold() {
    System.setProperty("spark.sql.session.timeZone", "Asia/Tokyo"); // as spark-submit does it
    try (var job = open(config("local[1]", Map.of()))) {
      assertThat(job.spark().sql("SELECT string(timestamp_seconds(0))").first().getString(0))
          .isEqualTo("1970-01-01 00:00:00");
    } finally {
      System.clearProperty("spark.sql.session.timeZone");
    }
  }

  @Test
  void rowsAreShuffledAndKeptInSmallPiecesUnlessToldOtherwise() {
    var parts = "spark.sql.shuffle.partitions";
    var rowsKept = "spark.sql.inMemoryColumnarStorage.batchSize";
    try (var job = open(config("local[1]", Map.of()))) {
      assertThat(job.spark().conf().get(parts)).isEqualTo("16");
      assertThat(job.spark().conf().get(rowsKept)).isEqualTo("256");
    }
    try (var job = open(config("local[1]", Map.of(parts, "3", rowsKept, "1000")))) {
      assertThat(job.spark().conf().get(parts)).isEqualTo("3");
      assertThat(job.spark().conf().get(rowsKept)).isEqualTo("1000");
    }
  }

  @Test
  void anExhaustedHeapFailsATaskOfThisMachineNotTheProcess() {
    try (var job = open(config("local[1,1]", Map.of()))) {
      assertThatThrownBy(
              () ->
                  job.context()
                      .parallelize(List.of(1))
                      .foreach(
                          one -> {
                            throw new OutOfMemoryError("Java heap space");
                          }))
          .isInstanceOf(SparkException.class)
          .cause()
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("Java heap space");
      assertThat(job.spark().range(3).count()).isEqualTo(3);
    }
  }

  @Test
  void theSparkOfANotebookStaysAsItIs() throws Exception {
    try (var notebook = notebook(Map.of())) {
      notebook.conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
      notebook.range(2).createOrReplaceTempView("mine");
      var settings = config("local[2]", Map.of("spark.sql.shuffle.partitions", "3"));

      for (int i = 0; i < 2; i++) {
        try (var job = open(settings)) {
          assertThat(job.spark().sparkContext()).isSameAs(notebook.sparkContext());
          assertThat(job.spark().conf().get("spark.sql.session.timeZone")).isEqualTo("UTC");
          assertThat(job.spark().conf().get("spark.sql.shuffle.partitions")).isEqualTo("3");
          job.spark().range(5).createOrReplaceTempView("mine");
        }
      }

      assertThat(notebook.sparkContext().isStopped()).isFalse();
      assertThat(notebook.conf().get("spark.sql.session.timeZone")).isEqualTo("Asia/Tokyo");
      assertThat(notebook.conf().get("spark.sql.shuffle.partitions")).isEqualTo("7");
      assertThat(notebook.table("mine").count()).isEqualTo(2);
      assertThat(JobSession.storage(SparkConfig.defaults()).get("fs.notebook.key"))
          .isEqualTo("secret");
    }
  }

  /** As a run would have it, which opens a session of the same context. */
  @Test
  void anExecutorIsThatOfTheSparkThatRunsHere() throws Exception {
    try (var notebook = notebook(Map.of("spark.task.cpus", "2"))) {
      var executor = JobSession.executor(SparkConfig.defaults());
      assertThat(executor.coresPerTask()).isEqualTo(2);
      assertThat(executor.cores()).isEqualTo(2);
      assertThatThrownBy(() -> JobSession.executor(config("yarn", Map.of())))
          .isInstanceOf(InvalidExperimentException.class)
          .hasMessage(
              "Invalid spark.master yarn: Spark runs in this process already, where it is local[2]; leave it out, or set it where Spark is started");
      try (var here =
          JobSession.openHere(SparkConfig.defaults(), NumericEnvironment.NONE, "here")) {
        assertThat(here.spark().sparkContext()).isSameAs(notebook.sparkContext());
      }
      assertThat(notebook.range(1).count()).isEqualTo(1);
    }
    assertThat(JobSession.executor(SparkConfig.defaults()).coresPerTask()).isEqualTo(1);
  }

  @Test
  void aContextWithoutASessionStaysToo() {
    var conf = new SparkConf().setMaster("local[1]").setAppName("shell");
    conf.set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1");
    var context = new SparkContext(conf);
    try {
      try (var job = open(SparkConfig.defaults())) {
        assertThat(job.spark().sparkContext()).isSameAs(context);
      }
      assertThat(context.isStopped()).isFalse();
    } finally {
      context.stop();
    }
  }

  @Test
  void whatCannotTakeEffectInARunningSparkIsRefused() throws Exception {
    try (var notebook = notebook(Map.of("spark.executor.memory", "2g"))) {
      assertThatThrownBy(() -> open(config("local[4]", Map.of())))
          .isInstanceOf(InvalidExperimentException.class)
          .hasMessage(
              "Invalid spark.master local[4]: Spark runs in this process already, where it is local[2]; leave it out, or set it where Spark is started");
      assertThatThrownBy(() -> open(config("local[2]", Map.of("spark.executor.memory", "4g"))))
          .hasMessage(
              "Invalid spark.executor.memory 4g: Spark runs in this process already, where it is 2g; leave it out, or set it where Spark is started");
      open(config("local[2]", Map.of("spark.executor.memory", "2g"))).close();
      assertThat(notebook.sparkContext().isStopped()).isFalse();
    }
    try (var notebook = notebook(Map.of("spark.serializer", KRYO))) {
      assertThatThrownBy(() -> open(SparkConfig.defaults())).hasMessage(REFUSED);
      assertThat(notebook.range(1).count()).isEqualTo(1);
    }
  }

  private static JobSession open(SparkConfig config) {
    return JobSession.open(config, NumericEnvironment.NONE, "test");
  }

  private static SparkConfig config(String master, Map<String, String> settings) {
    return new SparkConfig(Optional.of(master), new TreeMap<>(settings));
  }

  private static SparkSession notebook(Map<String, String> settings) {
    var conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("notebook")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.hadoop.fs.notebook.key", "secret")
            .set("spark.sql.shuffle.partitions", "7");
    settings.forEach(conf::set);
    return SparkSession.builder().config(conf).getOrCreate();
  }
}
