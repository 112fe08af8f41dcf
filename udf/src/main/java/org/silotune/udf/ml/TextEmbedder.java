package org.silotune.udf.ml;

import java.util.Map;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Text to the mean of the model's last states over it, as {@code llm_embed} gives it. */
public final class TextEmbedder extends ModelTransformer<TextEmbedder> {

  /** Makes one with a name of its own. */
  public TextEmbedder() {
    this(Identifiable$.MODULE$.randomUID("TextEmbedder"));
  }

  /** Makes one with the given name. */
  public TextEmbedder(String uid) {
    super(uid, "texts", "the mean of the model's last states");
  }

  /** Returns the reader of what {@code write} wrote. */
  public static MLReader<TextEmbedder> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote. */
  public static TextEmbedder load(String path) {
    return read().load(path);
  }

  /** Returns the rows with the output column: {@link #transform} by DJL's name. */
  public Dataset<Row> embed(Dataset<?> dataset) {
    return transform(dataset);
  }

  @Override
  DataType outputType() {
    return DataTypes.createArrayType(DataTypes.FloatType);
  }

  @Override
  Column result(Column input) {
    return call("llm_embed", input, Map.of());
  }
}
