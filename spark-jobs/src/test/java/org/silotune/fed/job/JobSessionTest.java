package org.silotune.fed.job;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.fed.run.NumericEnvironment;

final class JobSessionTest {

  @Test
  void aSerializerThatKnowsNoRecordsIsRefusedBeforeSparkStarts() {
    var kryo =
        new SparkConfig(
            Optional.of("local[1]"),
            new TreeMap<>(
                Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer")));

    assertThatThrownBy(() -> JobSession.open(kryo, NumericEnvironment.NONE, "test"))
        .isInstanceOf(InvalidExperimentException.class)
        .hasMessage(
            "Invalid spark.serializer org.apache.spark.serializer.KryoSerializer: what crosses processes here is written by Java's own; set it to org.apache.spark.serializer.JavaSerializer");
  }
}
