/**
 * What the model functions compute, without Spark: a {@link org.silotune.udf.model.ModelTask} over
 * many rows at once, on the {@link org.silotune.udf.model.TextModel} that stays in the process.
 */
@NullMarked
package org.silotune.udf.model;

import org.jspecify.annotations.NullMarked;
