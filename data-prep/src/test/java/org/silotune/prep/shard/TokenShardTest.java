package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;

@ExtendWith(SparkSessionExtension.class)
final class TokenShardTest {

  /** Computed by data-prep/src/test/python/shard_digest.py. */
  private static final String GOLDEN_CONTENT_SHA256 =
      "754a17f2dcbb77937a1717e60b267fd6db7048397451d03d5db93a8c8d3de77c";

  @TempDir Path temp;

  @Test
  void whatIsWrittenIsReadInIdOrder(SparkSession spark) {
    String folder = temp.resolve("data set").toString();
    Shards.write(spark, folder, Shards.dataset(spark, Shards.rows(1), 5));

    List<TokenizedExample> read = TokenShardReader.read(folder, "b/ü 1", Split.TRAIN);

    assertThat(read).hasSize(21);
    assertThat(read).extracting(TokenizedExample::id).isSorted();
    assertThat(read.get(0).id()).isEqualTo("long");
    assertThat(read.get(0).inputIds()).hasSize(700).containsOnly(7);
    assertThat(read.get(3).inputIds()).containsExactly(1, 2, 12, 4);
    assertThat(read.get(3).labels()).containsExactly(-100, 2, 12, 4);
    assertThat(TokenShardReader.read(folder, "empty", Split.TRAIN)).isEmpty();
  }

  @Test
  void manifestIsEqualForAnyOrderAndPartitioningAndForTheFormulaInPython(SparkSession spark) {
    ShardManifest one =
        Shards.write(
            spark, temp.resolve("one").toString(), Shards.dataset(spark, Shards.rows(1), 1));
    ShardManifest many =
        Shards.write(
            spark, temp.resolve("many").toString(), Shards.dataset(spark, Shards.rows(2), 9));

    assertThat(one).isEqualTo(many);
    assertThat(one.contentSha256()).isEqualTo(GOLDEN_CONTENT_SHA256);
  }

  @Test
  void labelsThatAreNotKeptAreThoseBehindTheContext(SparkSession spark) {
    List<Row> kept =
        List.of(
            RowFactory.create("all", List.of(7, 8, 9), null, 0, "a", "train"),
            RowFactory.create("none", List.of(7, 8, 9), null, 3, "a", "train"),
            RowFactory.create("one", List.of(7, 8, 9), null, 2, "a", "train"),
            RowFactory.create(
                "turns", List.of(7, 8, 9, 7), List.of(-100, 8, -100, 7), null, "a", "train"));
    StructType schema =
        new StructType()
            .add(TokenShardSchema.SHARDS.apply(TokenShardSchema.EXAMPLE_ID))
            .add(TokenShardSchema.SHARDS.apply(TokenShardSchema.INPUT_IDS))
            .add(TokenShardSchema.LABELS, TokenShardSchema.SHARDS.apply("labels").dataType())
            .add(ContextLabels.CONTEXT_TOKENS, DataTypes.IntegerType)
            .add(TokenShardSchema.SHARDS.apply(TokenShardSchema.SILO))
            .add(TokenShardSchema.SHARDS.apply(TokenShardSchema.SPLIT));
    String folder = temp.resolve("data").toString();
    TokenShardWriter writer = TokenShardWriter.open(spark, folder);
    writer.writeEncoded(spark.createDataFrame(kept, schema));
    writer.commit(Shards.manifest(writer.countShards(List.of("a"))));

    List<TokenizedExample> read = TokenShardReader.read(folder, "a", Split.TRAIN);

    assertThat(read)
        .extracting(TokenizedExample::labels)
        .containsExactly(
            new int[] {7, 8, 9},
            new int[] {-100, -100, -100},
            new int[] {-100, -100, 9},
            new int[] {-100, 8, -100, 7});
    assertThat(read)
        .extracting(TokenizedExample::contextTokens)
        .containsExactly(
            OptionalInt.of(0), OptionalInt.of(3), OptionalInt.of(2), OptionalInt.empty());
  }

  /** However large a shard is, a task holds one piece of it. */
  @Test
  void aLargeShardIsWrittenInPieces(SparkSession spark) throws IOException {
    String folder = temp.resolve("data").toString();
    Dataset<Row> rows =
        spark
            .range(3_000)
            .selectExpr(
                "printf('%05d', id) AS example_id",
                "transform(sequence(1, 2000), x -> abs(hash(id, x))) AS input_ids",
                "input_ids AS labels",
                "'a' AS silo",
                "'train' AS split");
    ShardManifest manifest = Shards.write(spark, folder, rows);

    assertThat(manifest.silo("a").train().exampleCount()).isEqualTo(3_000);
    assertThat(TokenShardReader.read(folder, "a", Split.TRAIN))
        .extracting(TokenizedExample::id)
        .isSorted()
        .hasSize(3_000);
    List<Long> pieces = pieces(Path.of(folder).resolve("shards"));
    assertThat(pieces).hasSizeGreaterThan(1).allMatch(bytes -> bytes < 20 << 20);
    assertThat(pieces.stream().mapToLong(bytes -> bytes).sum()).isGreaterThan(40 << 20);
  }

  private static List<Long> pieces(Path table) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.walk(table)) {
      files = found.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
    assertThat(files).hasSize(1);
    var file =
        HadoopInputFile.fromPath(
            new org.apache.hadoop.fs.Path(files.get(0).toUri()), new Configuration());
    try (ParquetFileReader reader = ParquetFileReader.open(file)) {
      return reader.getRowGroups().stream().map(BlockMetaData::getTotalByteSize).toList();
    }
  }

  @Test
  void countsAreThoseOfTheRows(SparkSession spark) {
    ShardManifest manifest =
        Shards.write(
            spark, temp.resolve("data").toString(), Shards.dataset(spark, Shards.rows(1), 2));

    ShardCounts test = manifest.silo("a").test();
    assertThat(test.exampleCount()).isEqualTo(4);
    assertThat(test.tokenCount()).isEqualTo(12);
    assertThat(test.trainedTokenCount()).isEqualTo(8);
    assertThat(manifest.silo("empty").train()).isEqualTo(ShardCounts.EMPTY);
  }

  @Test
  void oneFileHoldsASilosSplit(SparkSession spark) throws IOException {
    Path folder = temp.resolve("data");
    Shards.write(spark, folder.toString(), Shards.dataset(spark, Shards.rows(1), 6));

    try (Stream<Path> files = Files.walk(folder.resolve("shards"))) {
      assertThat(files.filter(f -> f.toString().endsWith(".parquet"))).hasSize(4);
    }
  }

  @Test
  void manifestOnDiskEqualsTheOneWritten(SparkSession spark) {
    String folder = temp.resolve("data").toString();
    ShardManifest written = Shards.write(spark, folder, Shards.dataset(spark, Shards.rows(1), 2));

    assertThat(PreparedFolder.at(folder).manifest()).isEqualTo(written);
  }

  @Test
  void writerRefusesAFolderThatHoldsSomething(SparkSession spark) throws IOException {
    Path folder = temp.resolve("data");
    Shards.write(spark, folder.toString(), Shards.dataset(spark, Shards.rows(1), 1));
    assertThatThrownBy(() -> TokenShardWriter.open(spark, folder.toString()))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot prepare into file:%s: the folder holds prepared data already; name another folder or remove it",
            folder);

    Path other = Files.createDirectory(temp.resolve("other"));
    Files.writeString(other.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> TokenShardWriter.open(spark, other.toString()))
        .hasMessage(
            "Cannot prepare into file:%s: the folder is not empty; name another folder or remove it",
            other);
  }

  @Test
  void killedPreparationLeavesNothingThatReads(SparkSession spark) {
    String folder = temp.resolve("data").toString();
    TokenShardWriter killed = TokenShardWriter.open(spark, folder);
    killed.writeShards(Shards.dataset(spark, Shards.rows(1), 1));

    assertThatThrownBy(() -> TokenShardReader.read(folder, "a", Split.TRAIN))
        .hasMessage(
            "Missing manifest file:%s/manifest.json: the folder is not prepared data; name a folder that `prepare` wrote",
            folder);
    Shards.write(spark, folder, Shards.dataset(spark, Shards.rows(1), 1));
    assertThat(TokenShardReader.read(folder, "a", Split.TRAIN)).hasSize(16);
    assertThat(temp.toFile().list()).containsExactly("data");
  }

  @Test
  void unknownSiloNamesTheKnownOnes(SparkSession spark) {
    String folder = temp.resolve("data").toString();
    Shards.write(spark, folder, Shards.dataset(spark, Shards.rows(1), 1));

    assertThatThrownBy(() -> TokenShardReader.read(folder, "d", Split.TRAIN))
        .hasMessage("Unknown silo d: the prepared data has a, b/ü 1, c, empty");
  }

  @Test
  void shardThatIsMissingOrChangedIsRefused(SparkSession spark) throws IOException {
    Path folder = temp.resolve("data");
    ShardManifest manifest =
        Shards.write(spark, folder.toString(), Shards.dataset(spark, Shards.rows(1), 1));
    TokenShard shard = PreparedFolder.at(folder.toString()).shard(manifest, "a", Split.TRAIN);
    TokenShard other = new TokenShard(shard.folder(), shard.silo(), shard.split(), 16, "f00d");
    assertThatThrownBy(() -> TokenShardReader.read(other))
        .hasMessage(
            "Cannot read train of silo a in file:%s: content has sha256 %s, the manifest says f00d; prepare the data again",
            folder, shard.sha256());

    try (Stream<Path> files = Files.walk(folder.resolve("shards/silo=a/split=train"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    assertThatThrownBy(() -> TokenShardReader.read(shard))
        .hasMessage(
            "Cannot read train of silo a in file:%s: found 0 rows, the manifest says 16; prepare the data again",
            folder);
  }
}
