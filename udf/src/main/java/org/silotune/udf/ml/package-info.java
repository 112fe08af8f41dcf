/**
 * Transformers of Spark ML over text, with the names that DJL's extension for Spark gave them. Each
 * is a column of one of the SQL functions, and computes what that function does.
 */
@NullMarked
package org.silotune.udf.ml;

import org.jspecify.annotations.NullMarked;
