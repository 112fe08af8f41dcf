/**
 * Named float32 tensors on the Java heap: the currency that crosses process borders, never tied to
 * native memory.
 */
@NullMarked
package org.silotune.llm.tensor;

import org.jspecify.annotations.NullMarked;
