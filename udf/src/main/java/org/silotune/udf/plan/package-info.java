/**
 * Model functions in a query: a {@link org.silotune.udf.plan.ModelCall} stands where the user wrote
 * it until {@link org.silotune.udf.plan.ExtractModelCalls} pulls it out of its projection or filter
 * into {@link org.silotune.udf.plan.ModelCalls}, which {@link
 * org.silotune.udf.plan.ModelCallsStrategy} plans as {@link org.silotune.udf.plan.ModelCallsExec}:
 * many rows at once.
 */
@NullMarked
package org.silotune.udf.plan;

import org.jspecify.annotations.NullMarked;
