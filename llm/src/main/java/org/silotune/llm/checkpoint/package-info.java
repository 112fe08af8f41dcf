/** Reads and writes weight files (safetensors and GGUF); knows formats, not models. */
@NullMarked
package org.silotune.llm.checkpoint;

import org.jspecify.annotations.NullMarked;
