package org.silotune.udf.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.udf.SparkSessionExtension;

/** What Spark ML does with its stages: copies, pipelines, folders. */
@ExtendWith(SparkSessionExtension.class)
final class TransformerPersistenceTest {

  @TempDir private Path folder;

  @Test
  void everyStageComesBackAsItWas(SparkSession spark) throws IOException {
    assertThat(spark.version()).startsWith("4.");
    TextTokenizer tokenizer =
        new TextTokenizer().setInputCol("a").setOutputCol("b").setHfModelId("tiny");
    tokenizer.save(place("tokenizer"));
    requireEqual(TextTokenizer.load(place("tokenizer")), tokenizer);
    TextEncoder encoder = new TextEncoder().setInputCol("a").setHfModelId("tiny");
    encoder.save(place("encoder"));
    requireEqual(TextEncoder.load(place("encoder")), encoder);
    TextDecoder decoder = new TextDecoder().setHfModelId("tiny").setSkipSpecialTokens(true);
    decoder.save(place("decoder"));
    requireEqual(TextDecoder.load(place("decoder")), decoder);
    TextEmbedder embedder = new TextEmbedder().setModelUrl("tiny").setAdapter("none");
    embedder.save(place("embedder"));
    requireEqual(TextEmbedder.load(place("embedder")), embedder);
    TextGenerator generator =
        new TextGenerator()
            .setModelUrl("tiny")
            .setTemplate("none")
            .setMaxNewTokens(3)
            .setTemperature(0.5)
            .setTopK(2)
            .setTopP(0.25)
            .setSeed(1L << 40)
            .setStop("x");
    generator.save(place("generator"));
    requireEqual(TextGenerator.load(place("generator")), generator);
  }

  @Test
  void pipelineComputesTheSameAfterItWasSaved(SparkSession spark) throws IOException {
    Dataset<Row> texts =
        spark.sql("SELECT * FROM VALUES ('one two'), ('three'), (NULL) AS t(text)");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new TextGenerator()
                      .setInputCol("text")
                      .setOutputCol("answer")
                      .setModelUrl("tiny")
                      .setMaxNewTokens(4),
                  new TextTokenizer()
                      .setInputCol("answer")
                      .setOutputCol("tokens")
                      .setHfModelId("tiny"),
                  new TextEmbedder()
                      .setInputCol("answer")
                      .setOutputCol("vector")
                      .setModelUrl("tiny")
                });
    PipelineModel model = pipeline.fit(texts);
    model.write().save(place("pipeline"));
    List<Row> rows = model.transform(texts).collectAsList();
    assertThat(PipelineModel.load(place("pipeline")).transform(texts).collectAsList())
        .isEqualTo(rows);
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).getList(3)).hasSize(192);
    assertThat(rows.get(2).anyNull()).isTrue();
    assertThat(model.transformSchema(texts.schema()).fieldNames())
        .containsExactly("text", "answer", "tokens", "vector");
  }

  @Test
  void copiesTakeTheExtraParameters() {
    TextGenerator stage = new TextGenerator("g").setModelUrl("tiny").setMaxNewTokens(3);
    TextGenerator copy =
        stage.copy(new ParamMap().put(stage.stop(), "x").put(stage.modelUrl(), "other"));
    assertThat(copy.uid()).isEqualTo("g");
    assertThat(copy.getOrDefault(copy.stop())).isEqualTo("x");
    assertThat(copy.getOrDefault(copy.modelUrl())).isEqualTo("other");
    assertThat(copy.getOrDefault(copy.maxNewTokens())).isEqualTo(3);
    assertThat(stage.isDefined(stage.stop())).isFalse();
    assertThat(stage.getOrDefault(stage.modelUrl())).isEqualTo("tiny");
  }

  @Test
  void parametersExplainThemselves() {
    assertThat(new TextDecoder("d").setHfModelId("tiny").explainParams())
        .isEqualTo(
            """
            hfModelId: the model whose vocabulary it is: a known name, a Hugging Face folder or a .gguf file (current: tiny)
            inputCol: the column with token ids (undefined)
            outputCol: the column that is added, with their text (undefined)
            skipSpecialTokens: whether special tokens are left out (default: false)""");
    assertThat(new TextTokenizer().uid()).matches("TextTokenizer_[0-9a-f]{12}");
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private static void requireEqual(TextTransformer<?> read, TextTransformer<?> written) {
    assertThat(read.uid()).isEqualTo(written.uid());
    assertThat(read.explainParams()).isEqualTo(written.explainParams());
  }
}
