package org.silotune.udf;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** The one list of SQL names. */
public final class SqlFunctions {

  private SqlFunctions() {}

  /** Registers every function in the session, replacing temporary ones of the same name. */
  public static void registerAll(SparkSession spark) {
    spark.udf().register(TokenCount.NAME, new TokenCount(), DataTypes.IntegerType);
    spark
        .udf()
        .register(
            Tokenize.NAME,
            new Tokenize(),
            DataTypes.createArrayType(DataTypes.IntegerType, /* containsNull= */ false));
    spark.udf().register(ExactMatch.NAME, new ExactMatch(), DataTypes.BooleanType);
    spark.udf().register(NumericAnswer.NAME, new NumericAnswer(), NumericAnswer.TYPE);
  }
}
