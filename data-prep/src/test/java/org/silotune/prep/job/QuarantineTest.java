package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.shard.PreparedFolder;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.split.HoldoutConfig;

/** Rows that a preparation cannot use. */
@ExtendWith(SparkSessionExtension.class)
final class QuarantineTest {

  @TempDir Path temp;
  private RawData data;

  @BeforeEach
  void begin() {
    data = RawData.in(temp);
  }

  @Test
  void badRowsGoToQuarantineWithReasonFileLineAndOffset(SparkSession spark) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String line : RawData.rows("north", 3)) {
      bytes.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    int offset = bytes.size();
    bytes.writeBytes("{\"silo\": \"north\", broken\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}', '\n', '\n'});
    for (String line :
        List.of(
            RawData.row("north", "Ask", "", ""),
            RawData.row("", "Ask", "", "Answer"),
            RawData.row("north", "", "", "Answer"),
            RawData.row("north", "Ask", "", "half \\ud83d pair"),
            "{\"silo\": \"north\", \"instruction\": [1], \"output\": \"x\"}")) {
      bytes.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    Path source = Files.write(data.folder().resolve("bad.jsonl"), bytes.toByteArray());

    PreparedFolder folder = data.prepare(spark, RawData.config(source));

    ShardManifest manifest = folder.manifest();
    assertThat(manifest.rowsIn()).isEqualTo(10);
    assertThat(manifest.rowsOut()).isEqualTo(3);
    assertThat(manifest.quarantined())
        .isEqualTo(
            Map.of(
                "malformed-json", 1L,
                "invalid-utf8", 2L,
                "empty-answer", 1L,
                "invalid-silo", 1L,
                "empty-prompt", 1L,
                "invalid-value", 1L));
    assertThat(manifest.silo("north").quarantinedCount()).isEqualTo(4);
    List<Row> quarantine =
        spark.read().parquet(folder.quarantine()).orderBy("byte_offset").collectAsList();
    assertThat(quarantine).hasSize(7);
    Row first = quarantine.get(0);
    assertThat(first.<String>getAs("reason")).isEqualTo("malformed-json");
    assertThat(first.<String>getAs("file")).isEqualTo("bad.jsonl");
    assertThat(first.<Long>getAs("byte_offset")).isEqualTo(offset);
    assertThat(first.<Long>getAs("line")).isEqualTo(4);
    assertThat(first.<String>getAs("detail"))
        .isEqualTo(
            "Unexpected character ('b' (code 98)): was expecting double-quote to start field name (character 18 of the record)");
    Row second = quarantine.get(1);
    assertThat(second.<String>getAs("detail"))
        .isEqualTo("byte 0xff at offset %d is not UTF-8".formatted(offset + 27));
    assertThat(second.<Long>getAs("line")).isEqualTo(5);
    assertThat(quarantine.get(2).<Long>getAs("line")).isEqualTo(7);
  }

  @Test
  void whatWasReadBeforeAFileBreaksIsPreparedAndTheRestIsOneRowOfQuarantine(SparkSession spark)
      throws IOException {
    String rows = String.join(",\n", RawData.rows("north", 3));
    String cut = "{\"silo\": \"north\", \"instruction\": \"a, [ and";
    Path array = Files.writeString(data.folder().resolve("cut.json"), "[" + rows + ",\n" + cut);
    String good = "silo,instruction,output\nsouth,Ask,One\nsouth,Ask,Two\n";
    Path table =
        Files.writeString(
            data.folder().resolve("cut.csv"), good + "south,Ask,\"Three\nsouth,Ask,Four\n");

    assertThat(rest(spark, array, 3))
        .containsExactly(
            "the array is not closed; the file has %d more bytes from here on"
                .formatted(cut.length()),
            "cut.json",
            (long) (1 + rows.length() + 2),
            4L);
    assertThat(rest(spark, table, 2))
        .containsExactly(
            "the quote at byte %d is never closed; the file has 32 more bytes from here on"
                .formatted(good.length() + 10),
            "cut.csv",
            (long) good.length(),
            4L);
  }

  /** Prepares a file of so many good rows; returns the one row of its quarantine. */
  private List<Object> rest(SparkSession spark, Path source, long goodRows) {
    PreparedFolder folder = data.prepare(spark, RawData.config(source));

    ShardManifest manifest = folder.manifest();
    assertThat(manifest.rowsIn()).isEqualTo(goodRows + 1);
    assertThat(manifest.rowsOut()).isEqualTo(goodRows);
    assertThat(manifest.quarantined()).isEqualTo(Map.of("unreadable-rest", 1L));
    Row row = spark.read().parquet(folder.quarantine()).collectAsList().get(0);
    return List.of(
        row.getAs("detail"), row.getAs("file"), row.getAs("byte_offset"), row.getAs("line"));
  }

  @Test
  void overlongRowsAreCutAndCountedOrQuarantined(SparkSession spark) throws IOException {
    List<String> rows = new ArrayList<>(RawData.rows("north", 4));
    rows.add(RawData.row("north", "Say it", "", "word ".repeat(100)));
    rows.add(RawData.row("north", "Ask " + "again ".repeat(100), "", "Yes"));
    PrepareConfig config =
        RawData.config(data.write("a.jsonl", rows)).withHoldout(new HoldoutConfig(0, 0));

    ShardManifest cut =
        data.prepare(spark, config.withMaxLength(90, OverlongPolicy.TRUNCATE)).manifest();
    assertThat(cut.silo("north").train().truncatedCount()).isEqualTo(1);
    assertThat(cut.quarantined()).isEqualTo(Map.of("prompt-too-long", 1L));
    ShardManifest dropped =
        data.prepare(spark, config.withMaxLength(90, OverlongPolicy.QUARANTINE)).manifest();
    assertThat(dropped.quarantined()).isEqualTo(Map.of("prompt-too-long", 1L, "too-long", 1L));
  }
}
