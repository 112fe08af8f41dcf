package org.silotune.udf;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.silotune.llm.LlmException;
import org.silotune.udf.function.InvalidQuery;
import org.silotune.udf.function.RowFunctions;
import org.silotune.udf.function.SqlFunction;
import org.silotune.udf.plan.ExtractModelCalls;
import org.silotune.udf.plan.ModelCallsStrategy;
import org.silotune.udf.plan.ModelFunction;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** The one list of SQL names, and the way into a session that exists already. */
public final class SqlFunctions {

  private SqlFunctions() {}

  /** Returns all functions. */
  static List<SqlFunction> all() {
    return Stream.concat(RowFunctions.ALL.stream(), ModelFunction.all().stream()).toList();
  }

  /**
   * Registers every function in the session, replacing others of the same name. Sessions that are
   * still to be made get them by {@code spark.sql.extensions}, see {@link SiloTuneExtensions}.
   *
   * @throws LlmException if the session is one of Spark Connect, whose planner is elsewhere
   */
  public static void register(SparkSession spark) {
    if (!(spark instanceof org.apache.spark.sql.classic.SparkSession classic)) {
      throw new LlmException(
          "Cannot register SQL functions in a %s: it plans elsewhere; start the server with --conf spark.sql.extensions=%s"
              .formatted(spark.getClass().getName(), SiloTuneExtensions.class.getName()));
    }
    for (SqlFunction function : all()) {
      classic
          .sessionState()
          .functionRegistry()
          .registerFunction(identifier(function), info(function), builder(function));
    }
    ExperimentalMethods experimental = classic.experimental();
    experimental.extraOptimizations_$eq(
        with(experimental.extraOptimizations(), new ExtractModelCalls()));
    experimental.extraStrategies_$eq(
        with(experimental.extraStrategies(), new ModelCallsStrategy()));
  }

  /** Adds a rule to those of a session, unless one of its kind is there. */
  private static <T> Seq<T> with(Seq<T> present, T added) {
    List<T> all = new ArrayList<>(CollectionConverters.asJava(present));
    if (all.stream().noneMatch(each -> each.getClass() == added.getClass())) {
      all.add(added);
    }
    return CollectionConverters.asScala(all).toSeq();
  }

  static FunctionIdentifier identifier(SqlFunction function) {
    return new FunctionIdentifier(function.name());
  }

  static ExpressionInfo info(SqlFunction function) {
    return new ExpressionInfo(
        function.getClass().getName(),
        /* db= */ null,
        function.name(),
        function.usage(),
        /* arguments= */ "",
        /* examples= */ "",
        /* note= */ "",
        /* group= */ "",
        /* since= */ "",
        /* deprecated= */ "",
        /* source= */ "java_udf");
  }

  static Function1<Seq<Expression>, Expression> builder(SqlFunction function) {
    return arguments -> {
      try {
        return function.call(CollectionConverters.asJava(arguments));
      } catch (LlmException | IllegalArgumentException e) {
        throw InvalidQuery.because(e.getMessage(), Option.apply(e));
      }
    };
  }
}
