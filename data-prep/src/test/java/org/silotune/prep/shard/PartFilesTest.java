package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;
import org.silotune.prep.SparkSessionExtension;

/** Rows of files one after the other. */
@ExtendWith(SparkSessionExtension.class)
final class PartFilesTest {

  @TempDir java.nio.file.Path temp;

  @Test
  void aFileIsOpenedWhenItsTurnComes(SparkSession spark) throws IOException {
    String place = temp.resolve("prepared").toString();
    Shards.write(spark, place, Shards.dataset(spark, Shards.rows(1), 2));
    PreparedFolder folder = PreparedFolder.at(place);
    List<Path> files = new ArrayList<>();
    for (String silo : List.of("c", "a", "c")) {
      files.addAll(folder.files(folder.shards(), silo, Split.TRAIN));
    }
    files.add(new Path(temp.resolve("missing.parquet").toUri()));
    List<Path> opened = new ArrayList<>();
    try (PartFiles<TokenizedExample> rows =
        new PartFiles<>(
            files,
            file -> {
              opened.add(file);
              return new ExampleReader(HadoopInputFile.fromPath(file, folder.hadoopConfiguration()))
                  .build();
            },
            e -> new PreparationException("gone", e))) {
      assertThat(opened).hasSize(1);
      assertThat(rows.next().id()).isEqualTo("only");
      for (int i = 0; i < 16; i++) {
        assertThat(opened).hasSize(2);
        assertThat(rows.peek().id()).isEqualTo("row-%02d".formatted(i));
        rows.next();
      }
      assertThat(rows.hasNext()).isTrue();
      assertThat(opened).hasSize(3);
      assertThatThrownBy(rows::next).isInstanceOf(PreparationException.class).hasMessage("gone");
    }
  }
}
