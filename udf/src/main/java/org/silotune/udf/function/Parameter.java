package org.silotune.udf.function;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;

/**
 * A parameter of a function.
 *
 * @param name for messages
 * @param type what arguments are cast to
 * @param need whether calls may leave it out, and what a null in it means
 */
record Parameter(String name, DataType type, Need need) implements Serializable {

  /** What a call may do with a parameter. */
  enum Need {
    /** Given; null gives null. */
    REQUIRED,
    /** Given; the function knows what null means. */
    NULLABLE,
    /** Given or left out, with all that follow; null gives null. */
    OPTIONAL
  }

  Parameter {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    requireNonNull(need, "need");
  }

  static Parameter required(String name, DataType type) {
    return new Parameter(name, type, Need.REQUIRED);
  }

  static Parameter nullable(String name, DataType type) {
    return new Parameter(name, type, Need.NULLABLE);
  }

  static Parameter optional(String name, DataType type) {
    return new Parameter(name, type, Need.OPTIONAL);
  }
}
