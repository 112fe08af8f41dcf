/**
 * SQL functions of one row: what Spark needs to know to call {@code udf.text} and {@code udf.token}
 * in a query. One class a function; {@link org.silotune.udf.function.RowFunctions} lists them.
 */
@NullMarked
package org.silotune.udf.function;

import org.jspecify.annotations.NullMarked;
