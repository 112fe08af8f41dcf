package org.silotune.prep.job;

import java.util.stream.Stream;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoder;
import org.apache.spark.sql.catalyst.encoders.AgnosticEncoders;
import org.apache.spark.sql.catalyst.encoders.RowEncoder$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Rows whose lists of numbers are {@code int[]}, which Spark copies whole: of a sequence, as its
 * own encoder of rows takes them, it would box and look at every number.
 */
final class TokenRows {

  private static final DataType INTS = DataTypes.createArrayType(DataTypes.IntegerType, false);
  private static final AgnosticEncoder<?> INT_ARRAY =
      new AgnosticEncoders.ArrayEncoder<>(AgnosticEncoders.PrimitiveIntEncoder$.MODULE$, false);

  private TokenRows() {}

  /** Returns the encoder of rows of a schema. */
  static Encoder<Row> encoder(StructType schema) {
    return new AgnosticEncoders.RowEncoder(
        CollectionConverters.asScala(Stream.of(schema.fields()).map(TokenRows::field).toList())
            .toSeq());
  }

  private static AgnosticEncoders.EncoderField field(StructField field) {
    return new AgnosticEncoders.EncoderField(
        field.name(),
        field.dataType().equals(INTS)
            ? INT_ARRAY
            : RowEncoder$.MODULE$.encoderForDataType(field.dataType(), /* lenient= */ false),
        field.nullable(),
        field.metadata(),
        Option.empty(),
        Option.empty());
  }
}
