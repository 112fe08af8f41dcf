package org.silotune.udf.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.udf.SparkSessionExtension;

/** docs/transformers.md: its example is the code below, its output what that prints. */
@ExtendWith(SparkSessionExtension.class)
final class TransformersPageTest {

  private static final Path PAGE = Path.of("../docs/transformers.md");
  private static final Path SOURCE =
      Path.of("src/test/java/org/silotune/udf/ml/TransformersPageTest.java");

  @Test
  void examplePrintsWhatThePageSays(SparkSession spark, @TempDir Path place) throws IOException {
    Dataset<Row> texts = spark.sql("SELECT 'Say hello.' AS text");
    String folder = place.resolve("pipeline").toString();
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    // begin
    PipelineModel pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new TextTokenizer()
                      .setInputCol("text")
                      .setOutputCol("tokens")
                      .setHfModelId("tiny"),
                  new TextGenerator()
                      .setInputCol("text")
                      .setOutputCol("answer")
                      .setModelUrl("tiny")
                      .setMaxNewTokens(8)
                })
            .fit(texts);
    pipeline.write().overwrite().save(folder);
    PipelineModel.load(folder).transform(texts).toJSON().collectAsList().forEach(out::println);
    // end
    String page = Files.readString(PAGE);
    assertThat(page).contains("```\n" + printed.toString(StandardCharsets.UTF_8) + "```\n");
    String source = Files.readString(SOURCE);
    String example =
        source.substring(source.indexOf("// begin\n") + 9, source.indexOf("\n    // end\n"));
    assertThat(page).contains("```java\n" + example.stripIndent() + "\n```\n");
  }

  @Test
  void pageNamesEveryStageAndParameter() throws IOException {
    String page = Files.readString(PAGE);
    for (TextTransformer<?> stage :
        new TextTransformer<?>[] {
          new TextTokenizer(),
          new TextEncoder(),
          new TextDecoder(),
          new TextEmbedder(),
          new TextGenerator()
        }) {
      assertThat(page).contains("| `%s` |".formatted(stage.getClass().getSimpleName()));
      assertThat(Stream.of(stage.params()).map(Param::name))
          .allSatisfy(name -> assertThat(page).contains("`%s`".formatted(name)));
    }
  }
}
