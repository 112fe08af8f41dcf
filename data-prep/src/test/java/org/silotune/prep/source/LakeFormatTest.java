package org.silotune.prep.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;

/** Folders that are tables, where the jar of their format is missing. */
@ExtendWith(SparkSessionExtension.class)
final class LakeFormatTest {

  @TempDir Path temp;

  @Test
  void aDeltaFolderIsNotReadFileByFile(SparkSession spark) throws IOException {
    spark.range(3).write().parquet(temp.resolve("t").toString());
    Files.createDirectories(temp.resolve("t/_delta_log"));
    assertThatThrownBy(() -> open(spark, SourceFormat.AUTO))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot read source %s: the jar of Delta Lake is not on the class path; add io.delta:delta-spark_4.1_2.13:4.1.0, with --packages io.delta:delta-spark_4.1_2.13:4.1.0 to spark-submit, or by its path in SILOTUNE_JARS to submit/silotune",
            temp.resolve("t").toUri());
  }

  @Test
  void anIcebergFolderIsNotReadFileByFile(SparkSession spark) throws IOException {
    Files.createDirectories(temp.resolve("t/metadata"));
    Files.writeString(temp.resolve("t/metadata/v1.metadata.json"), "{}");
    assertThatThrownBy(() -> open(spark, SourceFormat.PARQUET))
        .hasMessageContaining(
            "add org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0, with --packages");
    assertThatThrownBy(() -> LakeFormat.ICEBERG.requireJar("write table lake.t"))
        .hasMessageStartingWith(
            "Cannot write table lake.t: the jar of Apache Iceberg is not on the class path");
  }

  @Test
  void anIcebergFolderWhoseCatalogNumbersItsVersionsIsRefused(SparkSession spark)
      throws IOException {
    Files.createDirectories(temp.resolve("t/metadata"));
    Files.writeString(temp.resolve("t/metadata/00001-5e0c.metadata.json"), "{}");
    for (SourceFormat format : List.of(SourceFormat.AUTO, SourceFormat.ICEBERG)) {
      assertThatThrownBy(() -> open(spark, format))
          .isInstanceOf(UnusableDataException.class)
          .hasMessage(
              "Cannot read source %s: it has no metadata/vN.metadata.json, so the Iceberg catalog that it belongs to knows alone which rows it has; name it with data.source.table, and the catalog under spark.settings",
              temp.resolve("t").toUri());
    }
  }

  /** Its Parquet files would be there to read, with the rows that were deleted. */
  @Test
  void aFolderThatDoesNotSayWhetherItIsATableIsNotReadFileByFile(SparkSession spark)
      throws IOException {
    for (String table : List.of("delta", "iceberg")) {
      String folder = temp.resolve(table).toString();
      spark
          .sql("SELECT 'a' AS silo, 'b' AS instruction, 'c' AS output FROM range(3)")
          .write()
          .parquet(folder);
      SourceConfig busy = SourceConfig.defaults().withUri("slow-down://" + folder);
      assertThatThrownBy(
              () -> InstructionSource.open(spark, busy, Optional.of("silo"), Set.of()).rows())
          .isInstanceOf(PreparationException.class)
          .hasMessage(
              "Cannot read source slow-down://%s: 503 Slow Down; see that it can be reached and may be read",
              folder);
    }
  }

  private InstructionSource open(SparkSession spark, SourceFormat format) {
    SourceConfig source = SourceConfig.defaults().withPath(temp.resolve("t")).withFormat(format);
    return InstructionSource.open(spark, source, Optional.empty(), Set.of());
  }
}
