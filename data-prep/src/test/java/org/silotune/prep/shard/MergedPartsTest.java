package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.CountingFileSystem;
import org.silotune.prep.SparkSessionExtension;

/** A silo that came in many versions. */
@ExtendWith(SparkSessionExtension.class)
final class MergedPartsTest {

  private static final int VERSIONS = 300;

  @TempDir Path temp;

  @Test
  void aSiloOfManyVersionsOpensFewFilesAndIsReadInOrder(SparkSession spark) throws IOException {
    PreparedFolder folder = write(spark);
    List<Integer> versions = IntStream.rangeClosed(1, VERSIONS).boxed().toList();
    CountingFileSystem.reset();

    ShardCounts counts = TokenShardReader.count(folder.parts(versions), "a", Split.TRAIN);
    List<TokenizedExample> examples =
        TokenShardReader.read(
            new TokenShard(
                folder.uri(), "a", Split.TRAIN, 2 * VERSIONS, counts.sha256(), versions));

    assertThat(counts.exampleCount()).isEqualTo(2 * VERSIONS);
    assertThat(examples)
        .extracting(TokenizedExample::id)
        .isEqualTo(IntStream.range(0, 2 * VERSIONS).mapToObj(MergedPartsTest::id).toList());
    assertThat(examples.get(7).inputIds()).containsExactly(1, 7);
    assertThat(CountingFileSystem.open()).isZero();
    assertThat(CountingFileSystem.mostOpen())
        .isBetween(MergedParts.MOST_OPEN, MergedParts.MOST_OPEN + 1);
    assertThat(held(folder, versions.subList(0, 3))).containsExactly(0, 1, 2, 300, 301, 302);
  }

  @Test
  void aDamagedPartLeavesNoFileOpen(SparkSession spark) throws IOException {
    PreparedFolder folder = write(spark);
    for (int version : List.of(5, 40)) { // one that is merged, one that is held in memory
      Path part = temp.resolve("versions/%05d/shards/silo=a/split=train".formatted(version));
      try (Stream<Path> files = Files.list(part)) {
        Path file =
            files.filter(each -> each.toString().endsWith(".parquet")).findFirst().orElseThrow();
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 4; i < 40; i++) {
          bytes[i] = (byte) 0xff; // the header of the first page
        }
        Files.write(file, bytes);
      }
      List<Integer> versions = IntStream.rangeClosed(1, version).boxed().toList();
      CountingFileSystem.reset();

      assertThatThrownBy(() -> TokenShardReader.count(folder.parts(versions), "a", Split.TRAIN))
          .isInstanceOf(RuntimeException.class);

      assertThat(CountingFileSystem.mostOpen()).isPositive();
      assertThat(CountingFileSystem.open()).isZero();
    }
  }

  private static List<Integer> held(PreparedFolder folder, List<Integer> versions) {
    List<Integer> numbers = new ArrayList<>();
    new MergedParts(folder.parts(versions), "a", Split.TRAIN)
        .forEach(example -> numbers.add(example.inputIds()[1]));
    return numbers;
  }

  /** Writes a folder in which version V has the rows V - 1 and V + 299. */
  private PreparedFolder write(SparkSession spark) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2 * VERSIONS; i++) {
      rows.add(
          RowFactory.create(id(i), List.of(1, i), List.of(-100, i), "a", "train", i % VERSIONS));
    }
    Path table = temp.resolve("table");
    spark
        .createDataFrame(rows, TokenShardSchema.SHARDS.add("part", DataTypes.IntegerType))
        .coalesce(1)
        .sortWithinPartitions(
            "part", TokenShardSchema.SILO, TokenShardSchema.SPLIT, TokenShardSchema.EXAMPLE_ID)
        .write()
        .partitionBy("part", TokenShardSchema.SILO, TokenShardSchema.SPLIT)
        .parquet(table.toString());
    for (int i = 0; i < VERSIONS; i++) {
      Path version = temp.resolve("versions/%05d".formatted(i + 1));
      Files.createDirectories(version);
      Files.move(table.resolve("part=" + i), version.resolve("shards"));
    }
    return PreparedFolder.at("counting://" + temp);
  }

  private static String id(int i) {
    return "row-%03d".formatted(i);
  }
}
