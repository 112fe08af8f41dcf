/** Held-out evaluation over Spark, central and per silo. */
@NullMarked
package org.silotune.fed.eval;

import org.jspecify.annotations.NullMarked;
