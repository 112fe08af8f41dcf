package org.silotune.udf.ml;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.silotune.llm.NearestName;
import org.silotune.udf.SqlFunctions;

/**
 * A stage that adds one column, computed of one other by a SQL function. A session without the
 * functions gets them at the first {@link #transform}.
 *
 * @param <T> the stage itself, which its setters return
 */
public abstract sealed class TextTransformer<T extends TextTransformer<T>> extends Transformer
    implements DefaultParamsWritable permits TokenTransformer, ModelTransformer {

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;

  /**
   * @param takes what the input column holds, for explainParams
   * @param gives what the output column will hold
   */
  TextTransformer(String uid, String takes, String gives) {
    this.uid = uid;
    this.inputCol = new Param<>(this, "inputCol", "the column with " + takes);
    this.outputCol =
        new Param<>(this, "outputCol", "the column that is added, with %s".formatted(gives));
  }

  /** Returns the types that the input column may have, the usual one first: text, as a rule. */
  List<DataType> inputTypes() {
    return List.of(DataTypes.StringType);
  }

  /** Returns the type of the output column. */
  abstract DataType outputType();

  /**
   * Checks all parameters but those of the columns.
   *
   * @throws IllegalArgumentException if one is missing or names nothing
   */
  abstract void requireParameters();

  /** Returns the output column of the input column. */
  abstract Column result(Column input);

  @Override
  public final String uid() {
    return uid;
  }

  /** The parameter that names the column to read. */
  public final Param<String> inputCol() {
    return inputCol;
  }

  /** The parameter that names the column to add. */
  public final Param<String> outputCol() {
    return outputCol;
  }

  /** Sets the column to read. */
  public final T setInputCol(String value) {
    return with(inputCol, value);
  }

  /** Sets the column to add. */
  public final T setOutputCol(String value) {
    return with(outputCol, value);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a parameter is missing or wrong, or the columns do not fit
   */
  @Override
  public final Dataset<Row> transform(Dataset<?> dataset) {
    StructField input = inputOf(dataset.schema());
    requireParameters();
    SparkSession session = dataset.sparkSession();
    if (!session.catalog().functionExists("llm_embed")) {
      SqlFunctions.register(session);
    }
    Column column = functions.col("`" + input.name().replace("`", "``") + "`");
    return dataset.withColumn(required(outputCol), result(column));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a column is not named, missing, of a wrong type, or exists
   */
  @Override
  public final StructType transformSchema(StructType schema) {
    inputOf(schema);
    return schema.add(required(outputCol), outputType());
  }

  @Override
  public final T copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  @Override
  public final String toString() {
    return uid;
  }

  private StructField inputOf(StructType schema) {
    String in = required(inputCol);
    String out = required(outputCol);
    StructField field =
        find(schema, in)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Missing column %s, the inputCol of %s%s: known are %s"
                            .formatted(
                                in,
                                uid,
                                NearestName.hint(in, List.of(schema.fieldNames())),
                                String.join(", ", schema.fieldNames()))));
    if (inputTypes().stream()
        .noneMatch(type -> DataType.equalsStructurally(type, field.dataType(), true))) {
      throw new IllegalArgumentException(
          "Invalid column %s, the inputCol of %s: must be of type %s, is %s"
              .formatted(
                  in,
                  uid,
                  inputTypes().stream().map(DataType::sql).collect(Collectors.joining(" or ")),
                  field.dataType().sql()));
    }
    if (find(schema, out).isPresent()) {
      throw new IllegalArgumentException(
          "Invalid outputCol %s of %s: there is such a column; name another, or drop it first"
              .formatted(out, uid));
    }
    return field;
  }

  private static Optional<StructField> find(StructType schema, String name) {
    boolean exact = SQLConf.get().caseSensitiveAnalysis();
    return Stream.of(schema.fields())
        .filter(f -> exact ? f.name().equals(name) : f.name().equalsIgnoreCase(name))
        .findFirst();
  }

  /** Sets a parameter and returns this stage. */
  @SuppressWarnings("unchecked") // T is this class, as the permitted ones show
  final <V> T with(Param<V> param, V value) {
    set(param, value);
    return (T) this;
  }

  /** Returns the value of a parameter that must be set. */
  final String required(Param<String> param) {
    if (!isDefined(param)) {
      String name = param.name();
      throw new IllegalArgumentException(
          "Missing parameter %s of %s: set it with set%s"
              .formatted(
                  name, uid, name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1)));
    }
    return getOrDefault(param);
  }
}
