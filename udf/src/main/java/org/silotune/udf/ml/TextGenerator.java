package org.silotune.udf.ml;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Prompts to answers, as {@code llm_generate} gives them. */
public final class TextGenerator extends ModelTransformer<TextGenerator> {

  private final Param<String> template;
  private final IntParam maxNewTokens;
  private final DoubleParam temperature;
  private final IntParam topK;
  private final DoubleParam topP;
  private final LongParam seed;
  private final Param<String> stop;

  /** Makes one with a name of its own. */
  public TextGenerator() {
    this(Identifiable$.MODULE$.randomUID("TextGenerator"));
  }

  /** Makes one with the given name. */
  public TextGenerator(String uid) {
    super(uid, "prompts", "the model's answers");
    this.template =
        new Param<>(
            this, "template", "a chat template by name, or none: the prompt is the text itself");
    this.maxNewTokens =
        new IntParam(this, "maxNewTokens", "the most tokens of an answer, 64 where it is not set");
    this.temperature =
        new DoubleParam(this, "temperature", "0, or not set, for the likeliest token");
    this.topK =
        new IntParam(this, "topK", "how many tokens stay to draw from, all where it is not set");
    this.topP =
        new DoubleParam(
            this, "topP", "the probability that stays to draw from, all where it is not set");
    this.seed = new LongParam(this, "seed", "of all draws, 0 where it is not set");
    this.stop = new Param<>(this, "stop", "a text that ends the answer and is cut off");
  }

  /** Returns the reader of what {@code write} wrote. */
  public static MLReader<TextGenerator> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote. */
  public static TextGenerator load(String path) {
    return read().load(path);
  }

  /** The parameter of {@link #setTemplate}. */
  public Param<String> template() {
    return template;
  }

  /** The parameter of {@link #setMaxNewTokens}. */
  public IntParam maxNewTokens() {
    return maxNewTokens;
  }

  /** The parameter of {@link #setTemperature}. */
  public DoubleParam temperature() {
    return temperature;
  }

  /** The parameter of {@link #setTopK}. */
  public IntParam topK() {
    return topK;
  }

  /** The parameter of {@link #setTopP}. */
  public DoubleParam topP() {
    return topP;
  }

  /** The parameter of {@link #setSeed}. */
  public LongParam seed() {
    return seed;
  }

  /** The parameter of {@link #setStop}. */
  public Param<String> stop() {
    return stop;
  }

  /** Sets template: a chat template by name, or none: the prompt is the text itself. */
  public TextGenerator setTemplate(String value) {
    return with(template, value);
  }

  /** Sets maxNewTokens: the most tokens of an answer, 64 where it is not set. */
  public TextGenerator setMaxNewTokens(int value) {
    return with(maxNewTokens, value);
  }

  /** Sets temperature: 0, or not set, for the likeliest token. */
  public TextGenerator setTemperature(double value) {
    return with(temperature, value);
  }

  /** Sets topK: how many tokens stay to draw from, all where it is not set. */
  public TextGenerator setTopK(int value) {
    return with(topK, value);
  }

  /** Sets topP: the probability that stays to draw from, all where it is not set. */
  public TextGenerator setTopP(double value) {
    return with(topP, value);
  }

  /** Sets seed: of all draws, 0 where it is not set. */
  public TextGenerator setSeed(long value) {
    return with(seed, value);
  }

  /** Sets stop: a text that ends the answer and is cut off. */
  public TextGenerator setStop(String value) {
    return with(stop, value);
  }

  /** Returns the rows with the output column: {@link #transform} by DJL's name. */
  public Dataset<Row> generate(Dataset<?> dataset) {
    return transform(dataset);
  }

  @Override
  DataType outputType() {
    return DataTypes.StringType;
  }

  @Override
  Column result(Column input) {
    Map<String, Param<?>> options = new LinkedHashMap<>();
    options.put("template", template);
    options.put("max_new_tokens", maxNewTokens);
    options.put("temperature", temperature);
    options.put("top_k", topK);
    options.put("top_p", topP);
    options.put("seed", seed);
    options.put("stop", stop);
    return call("llm_generate", input, options);
  }
}
