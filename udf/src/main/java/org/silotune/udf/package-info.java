/**
 * Spark SQL functions over text, tokens and models: {@link org.silotune.udf.SiloTuneExtensions} for
 * sessions to come, {@link org.silotune.udf.SqlFunctions} for those that exist. {@code text} has
 * the algorithms without Spark, {@code token} the tokenizers of an executor, {@code function} the
 * functions of one row.
 */
@NullMarked
package org.silotune.udf;

import org.jspecify.annotations.NullMarked;
