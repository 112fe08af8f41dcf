package org.silotune.udf.function;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;

/** A function that queries call by name. */
public interface SqlFunction {

  /** Returns the name in SQL. */
  String name();

  /** Returns how it is called and what it gives, for {@code DESCRIBE FUNCTION}. */
  String usage();

  /**
   * Returns the call with these arguments, whose types are resolved.
   *
   * @throws org.silotune.llm.LlmException if they are too few, too many, or cannot be right
   */
  Expression call(List<Expression> arguments);
}
