package org.silotune.udf.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.silotune.llm.LlmException;
import org.silotune.udf.function.SqlFunction;
import org.silotune.udf.model.ModelQuestion;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A model function by name. Its last argument may be options: a constant map of texts, or a
 * constant struct of anything.
 */
public final class ModelFunction implements SqlFunction {

  private final String name;
  private final List<String> parameters;
  private final String result;

  private ModelFunction(String name, List<String> parameters, String result) {
    this.name = name;
    this.parameters = parameters;
    this.result = result;
  }

  /** Returns the functions, in the order of the documentation. */
  public static List<SqlFunction> all() {
    return List.of(
        new ModelFunction("llm_generate", List.of("prompt"), "the model's answer to the prompt"),
        new ModelFunction(
            "llm_loglikelihood",
            List.of("prompt", "continuation"),
            "the log-probability of the continuation after the prompt, in nats"),
        new ModelFunction(
            "llm_perplexity", List.of("text"), "the perplexity of the text under the model"),
        new ModelFunction(
            "llm_embed", List.of("text"), "the mean of the model's last states over the text"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String usage() {
    return "_FUNC_%s - Returns %s; options is a constant map or struct with model and others."
        .formatted(signature(), result);
  }

  @Override
  public Expression call(List<Expression> arguments) {
    int count = parameters.size();
    if (arguments.size() < count || arguments.size() > count + 1) {
      throw new LlmException(
          "Invalid call of %s with %d arguments: it takes %s"
              .formatted(name, arguments.size(), signature()));
    }
    Map<String, String> options =
        arguments.size() > count ? options(arguments.get(count)) : Map.of();
    ModelQuestion question = ModelQuestion.of(name, options, ModelFunction::setting);
    List<Expression> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(parameters.get(i), arguments.get(i)));
    }
    return new ModelCall(question, CollectionConverters.asScala(texts).toSeq());
  }

  private String signature() {
    return "(%s[, options])".formatted(String.join(", ", parameters));
  }

  private Expression text(String parameter, Expression argument) {
    DataType type = argument.dataType();
    if (type instanceof StringType) {
      return argument;
    }
    if (!(type instanceof AtomicType || type instanceof NullType)) {
      throw new LlmException(
          "Invalid %s of %s: must be a text, is %s".formatted(parameter, name, type.sql()));
    }
    return cast(argument, DataTypes.StringType);
  }

  private Map<String, String> options(Expression argument) {
    DataType type = argument.dataType();
    if (!(type instanceof MapType || type instanceof StructType)) {
      throw new LlmException(
          "Invalid options of %s: must be a map or struct, are %s".formatted(name, type.sql()));
    }
    if (!argument.foldable()) {
      throw new LlmException(
          "Invalid options of %s: must be a constant, as in map('model', 'tiny')".formatted(name));
    }
    return type instanceof StructType struct ? fields(argument, struct) : entries(argument);
  }

  private Map<String, String> entries(Expression argument) {
    Expression texts =
        cast(argument, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType));
    Map<String, String> options = new LinkedHashMap<>();
    if (texts.eval(InternalRow.empty()) instanceof MapData map) {
      for (int i = 0; i < map.numElements(); i++) {
        String option = map.keyArray().getUTF8String(i).toString();
        requireGiven(option, map.valueArray().isNullAt(i));
        options.put(option, map.valueArray().getUTF8String(i).toString());
      }
    }
    return options;
  }

  private Map<String, String> fields(Expression argument, StructType type) {
    Map<String, String> options = new LinkedHashMap<>();
    if (argument.eval(InternalRow.empty()) instanceof InternalRow row) {
      for (int i = 0; i < type.size(); i++) {
        requireGiven(type.apply(i).name(), row.isNullAt(i));
        DataType of = type.apply(i).dataType();
        Expression value = cast(new Literal(row.get(i, of), of), DataTypes.StringType);
        options.put(type.apply(i).name(), String.valueOf(value.eval(InternalRow.empty())));
      }
    }
    return options;
  }

  private void requireGiven(String option, boolean isNull) {
    if (isNull) {
      throw new LlmException("Invalid option %s of %s: is null".formatted(option, name));
    }
  }

  private static Expression cast(Expression child, DataType type) {
    return new Cast(child, type, Option.apply(SQLConf.get().sessionLocalTimeZone()));
  }

  private static Optional<String> setting(String key) {
    return Optional.ofNullable(SQLConf.get().getConfString(key, null));
  }
}
