package org.silotune.udf.ml;

import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Token ids to their text, as {@code llm_detokenize} gives it. */
public final class TextDecoder extends TokenTransformer<TextDecoder> {

  private final BooleanParam skipSpecialTokens;

  /** Makes one with a name of its own. */
  public TextDecoder() {
    this(Identifiable$.MODULE$.randomUID("TextDecoder"));
  }

  /** Makes one with the given name. */
  public TextDecoder(String uid) {
    super(uid, "token ids", "their text");
    this.skipSpecialTokens =
        new BooleanParam(this, "skipSpecialTokens", "whether special tokens are left out");
    setDefault(skipSpecialTokens, false);
  }

  /** Returns the reader of what {@code write} wrote. */
  public static MLReader<TextDecoder> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote. */
  public static TextDecoder load(String path) {
    return read().load(path);
  }

  /** The parameter that says whether special tokens are left out. */
  public BooleanParam skipSpecialTokens() {
    return skipSpecialTokens;
  }

  /** Sets whether special tokens are left out. */
  public TextDecoder setSkipSpecialTokens(boolean value) {
    return with(skipSpecialTokens, value);
  }

  /** Returns the rows with the output column: {@link #transform} by DJL's name. */
  public Dataset<Row> decode(Dataset<?> dataset) {
    return transform(dataset);
  }

  @Override
  List<DataType> inputTypes() {
    return List.of(
        DataTypes.createArrayType(DataTypes.LongType),
        DataTypes.createArrayType(DataTypes.IntegerType));
  }

  @Override
  DataType outputType() {
    return DataTypes.StringType;
  }

  @Override
  Column result(Column input) {
    Column ids =
        functions.transform(
            input,
            id ->
                functions
                    .when(
                        id.isNull().or(id.between(Integer.MIN_VALUE, Integer.MAX_VALUE)),
                        id.cast(DataTypes.IntegerType))
                    .otherwise(
                        functions.raise_error(
                            functions.concat(
                                functions.lit("Invalid token id "),
                                id.cast(DataTypes.StringType),
                                functions.lit(": is beyond every vocabulary")))));
    return functions.call_function(
        "llm_detokenize", ids, model(), functions.lit(getOrDefault(skipSpecialTokens)));
  }
}
