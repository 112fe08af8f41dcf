/**
 * GGUF files: typed metadata, tensors in ggml's block-quantised types, dequantised row by row.
 *
 * <p>{@link org.silotune.llm.checkpoint.gguf.GgufFile} is the entry; what the metadata and tensor
 * names mean for a model is the {@code source} package's business.
 */
@NullMarked
package org.silotune.llm.checkpoint.gguf;

import org.jspecify.annotations.NullMarked;
