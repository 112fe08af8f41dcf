package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.SparkSessionExtension;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.split.ByColumn;

/** What a preparation reads. */
@ExtendWith(SparkSessionExtension.class)
final class PreparationSourceTest {

  @TempDir Path temp;
  private RawData data;

  @BeforeEach
  void begin() {
    data = RawData.in(temp);
  }

  @Test
  void unknownColumnIsNamedWithThoseFound(SparkSession spark) throws IOException {
    Path source = data.write("a.jsonl", RawData.rows("north", 2));
    assertThatThrownBy(
            () -> data.prepare(spark, RawData.config(source).withSilos(new ByColumn("site"))))
        .hasMessage(
            "Unknown column site (named as silo): the source has input, instruction, output, silo; set data.silos.column");
    SourceConfig mapped =
        SourceConfig.defaults()
            .withPath(source)
            .withColumns(ColumnMapping.defaults().withInstruction("question", "context", "output"));
    assertThatThrownBy(() -> data.prepare(spark, PrepareConfig.defaults().withSource(mapped)))
        .hasMessage(
            "Unknown column context (named as input): the source has input, instruction, output, silo; set data.source.columns.input");
  }

  /** What Spark can read is a source, by a table of its catalog, whatever the table's format. */
  @Test
  void aTableOfAnotherFormatIsASource(SparkSession spark) throws IOException {
    Path jsonl = data.write("a.jsonl", RawData.rows("north", 6));
    spark.sql(
        "CREATE TABLE rows_of_orc USING orc LOCATION '%s' AS SELECT * FROM json.`%s`"
            .formatted(temp.resolve("orc").toUri(), jsonl));
    try {
      PrepareConfig config =
          PrepareConfig.defaults().withSource(SourceConfig.defaults().withTable("rows_of_orc"));
      ShardManifest manifest = data.prepare(spark, config).manifest();

      assertThat(manifest.contentSha256())
          .isEqualTo(data.prepare(spark, RawData.config(jsonl)).manifest().contentSha256());
      assertThat(manifest.preparation().at("/source/format").asText()).isEqualTo("table");
    } finally {
      spark.sql("DROP TABLE rows_of_orc");
    }
  }

  @Test
  void csvJsonArrayAndParquetGiveTheSameShards(SparkSession spark) throws IOException {
    String jsonl =
        data.prepare(spark, RawData.config(data.write("a.jsonl", RawData.rows("north", 6))))
            .manifest()
            .contentSha256();
    Path array =
        Files.writeString(
            data.folder().resolve("a.json"),
            "[" + String.join(",\n", RawData.rows("north", 6)) + "]");
    assertThat(data.prepare(spark, RawData.config(array)).manifest().contentSha256())
        .isEqualTo(jsonl);

    Path parquet = data.folder().resolve("table");
    spark
        .read()
        .json(data.folder().resolve("a.jsonl").toString())
        .write()
        .parquet(parquet.toString());
    assertThat(data.prepare(spark, RawData.config(parquet)).manifest().contentSha256())
        .isEqualTo(jsonl);

    List<String> csv = new ArrayList<>(List.of("output,silo,instruction,input"));
    for (int i = 0; i < 6; i++) {
      csv.add("\"Reply to north %d.\",north,\"Question, number %d\",".formatted(i, i));
    }
    assertThat(
            data.prepare(spark, RawData.config(data.write("a.csv", csv)))
                .manifest()
                .contentSha256())
        .isEqualTo(jsonl);
  }

  @Test
  void folderOfTwoFormatsAsksWhichFiles(SparkSession spark) throws IOException {
    Path folder = Files.createDirectory(data.folder().resolve("mixed"));
    Files.writeString(folder.resolve("a.jsonl"), "{}\n");
    Files.writeString(folder.resolve("b.csv"), "x\n");
    Files.writeString(folder.resolve("SOURCE.md"), "notes");

    assertThatThrownBy(() -> data.prepare(spark, RawData.config(folder)))
        .hasMessage(
            "Cannot read source %s: files of the formats jsonl, csv, it holds a.jsonl, b.csv; choose with files, such as files: [\"*.jsonl\"]",
            folder.toUri());
    SourceConfig none = SourceConfig.defaults().withPath(folder).withFiles("train.*");
    assertThatThrownBy(() -> data.prepare(spark, PrepareConfig.defaults().withSource(none)))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot read source %s: no file matches train.*, it holds SOURCE.md, a.jsonl, b.csv; correct files, or name another place",
            folder.toUri());
    Path notes = Files.createDirectory(data.folder().resolve("notes"));
    Files.writeString(notes.resolve("SOURCE.md"), "notes");
    assertThatThrownBy(() -> data.prepare(spark, RawData.config(notes)))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot read source %s: no file has an extension of json, jsonl, csv or parquet, it holds SOURCE.md; set format, or name another place",
            notes.toUri());
  }

  @Test
  void filesWithoutARecordAreSaidToBeEmpty(SparkSession spark) throws IOException {
    for (String name : List.of("a.jsonl", "a.json", "a.csv")) {
      Path empty = Files.writeString(data.folder().resolve(name), "");
      assertThatThrownBy(() -> data.prepare(spark, RawData.config(empty)))
          .isInstanceOf(UnusableDataException.class)
          .hasMessage(
              "Cannot read source %s: it is empty, there is no record in %s; name a place that holds rows",
              empty.toUri(), name);
    }
  }

  @Test
  void filesWithoutAWellFormedRecordNameTheFirst(SparkSession spark) throws IOException {
    Path notes = data.write("notes.jsonl", List.of("", "Dear diary", "it rained"));
    assertThatThrownBy(() -> data.prepare(spark, RawData.config(notes)))
        .isInstanceOf(UnusableDataException.class)
        .hasMessage(
            "Cannot read source %s: no record is well-formed, the first, in notes.jsonl at byte 1, is malformed-json: Unrecognized token 'Dear': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') (character 4 of the record); repair the file, or set format to the one it has",
            notes.toUri());
  }

  @Test
  void placeOfTheSourceMustBeOneAndExist(SparkSession spark) {
    assertThatThrownBy(() -> data.prepare(spark, PrepareConfig.defaults()))
        .hasMessage(
            "Missing source: name one of path, uri and table, or give the data on the command line");
    assertThatThrownBy(
            () -> data.prepare(spark, RawData.config(data.folder().resolve("none.jsonl"))))
        .hasMessage(
            "Cannot read source %s: it does not exist; correct the place",
            data.folder().resolve("none.jsonl").toUri());
    SourceConfig table = SourceConfig.defaults().withTable("nope");
    assertThatThrownBy(() -> data.prepare(spark, PrepareConfig.defaults().withSource(table)))
        .hasMessage(
            "Cannot read table nope: the catalog has no such table; correct the name, or the catalog's settings");
  }
}
