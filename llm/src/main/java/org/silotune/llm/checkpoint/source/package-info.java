/**
 * Base models as users name them (a Hugging Face folder, a safetensors file, a GGUF file) opened as
 * one thing: a Hugging Face config and tensors by Hugging Face names.
 *
 * <p>{@link org.silotune.llm.checkpoint.source.BaseModelSource} is the entry. What cannot be mapped
 * as it lies (block-quantised or BF16 weights) is converted once into a cached float32 file, which
 * all processes of a host map.
 */
@NullMarked
package org.silotune.llm.checkpoint.source;

import org.jspecify.annotations.NullMarked;
