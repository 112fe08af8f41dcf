/**
 * Forms in which a frozen weight is held besides a plain tensor, and the quantisers that write
 * them.
 *
 * <p>A weight in such a form is one or several tensors, its parts, whose names say what they are:
 * {@code X.weight.int8} and {@code X.weight.int8.scales}. {@link
 * org.silotune.llm.checkpoint.quant.StoredWeights} finds the parts of the weights of a file; the
 * scripts of {@code llm.model} make matrices of them.
 */
@NullMarked
package org.silotune.llm.checkpoint.quant;

import org.jspecify.annotations.NullMarked;
