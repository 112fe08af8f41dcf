package org.silotune.udf.ml;

import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Text to the texts of its tokens: what {@code llm_tokenize} gives, each id by {@code
 * llm_detokenize}.
 */
public final class TextTokenizer extends TokenTransformer<TextTokenizer> {

  /** Makes one with a name of its own. */
  public TextTokenizer() {
    this(Identifiable$.MODULE$.randomUID("TextTokenizer"));
  }

  /** Makes one with the given name. */
  public TextTokenizer(String uid) {
    super(uid, "texts", "the texts of the tokens");
  }

  /** Returns the reader of what {@code write} wrote. */
  public static MLReader<TextTokenizer> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote. */
  public static TextTokenizer load(String path) {
    return read().load(path);
  }

  /** Returns the rows with the output column: {@link #transform} by DJL's name. */
  public Dataset<Row> tokenize(Dataset<?> dataset) {
    return transform(dataset);
  }

  @Override
  DataType outputType() {
    return DataTypes.createArrayType(DataTypes.StringType);
  }

  @Override
  Column result(Column input) {
    return functions.transform(
        functions.call_function("llm_tokenize", input, model()),
        id -> functions.call_function("llm_detokenize", functions.array(id), model()));
  }
}
