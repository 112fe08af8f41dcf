/**
 * Weight files as named tensors; knows formats, not models.
 *
 * <p>{@link org.silotune.llm.checkpoint.TensorSource} is what a model loads from: memory-mapped
 * tensors by name, read by {@link org.silotune.llm.checkpoint.SafetensorsFile} (one file) or {@link
 * org.silotune.llm.checkpoint.ShardedSafetensors} (a folder with an index), written by {@link
 * org.silotune.llm.checkpoint.SafetensorsWriter}. GGUF files are read by the {@code gguf} package;
 * the {@code source} package opens whatever a user names as a base model.
 */
@NullMarked
package org.silotune.llm.checkpoint;

import org.jspecify.annotations.NullMarked;
