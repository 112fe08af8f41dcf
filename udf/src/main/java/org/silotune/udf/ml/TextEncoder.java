package org.silotune.udf.ml;

import java.util.List;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Text to token ids, as {@code llm_tokenize} gives them, with the types and the mask of a lone
 * text.
 */
public final class TextEncoder extends TokenTransformer<TextEncoder> {

  /** Makes one with a name of its own. */
  public TextEncoder() {
    this(Identifiable$.MODULE$.randomUID("TextEncoder"));
  }

  /** Makes one with the given name. */
  public TextEncoder(String uid) {
    super(uid, "texts", "ids, type_ids and attention_mask");
  }

  /** Returns the reader of what {@code write} wrote. */
  public static MLReader<TextEncoder> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads what {@code save} wrote. */
  public static TextEncoder load(String path) {
    return read().load(path);
  }

  private static StructField field(String name) {
    return DataTypes.createStructField(
        name, DataTypes.createArrayType(DataTypes.LongType), /* nullable= */ true);
  }

  /** Returns the rows with the output column: {@link #transform} by DJL's name. */
  public Dataset<Row> encode(Dataset<?> dataset) {
    return transform(dataset);
  }

  @Override
  DataType outputType() {
    return DataTypes.createStructType(
        List.of(field("ids"), field("type_ids"), field("attention_mask")));
  }

  @Override
  Column result(Column input) {
    Column tokens = functions.call_function("llm_tokenize", input, model());
    return functions.element_at( // of one, so that a text is tokenised once
        functions.transform(functions.array(tokens), TextEncoder::encoding), functions.lit(1));
  }

  private static Column encoding(Column ids) {
    return functions.when(
        ids.isNotNull(),
        functions.struct(
            functions.transform(ids, id -> id.cast(DataTypes.LongType)).as("ids"),
            functions.transform(ids, id -> functions.lit(0L)).as("type_ids"),
            functions.transform(ids, id -> functions.lit(1L)).as("attention_mask")));
  }
}
