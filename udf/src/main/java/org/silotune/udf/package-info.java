/** Spark SQL functions over text and tokens, and the one list of their names. */
@NullMarked
package org.silotune.udf;

import org.jspecify.annotations.NullMarked;
