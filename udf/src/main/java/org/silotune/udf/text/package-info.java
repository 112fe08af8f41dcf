/**
 * Algorithms over texts in plain Java: what the SQL functions and the preparation's stages compute.
 * Deterministic, thread-safe, and without Spark.
 */
@NullMarked
package org.silotune.udf.text;

import org.jspecify.annotations.NullMarked;
