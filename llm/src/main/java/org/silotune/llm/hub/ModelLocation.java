package org.silotune.llm.hub;

import java.nio.file.Path;

/**
 * A model on this machine, ready to be opened.
 *
 * @param name its registered name, or the path as it was given
 * @param path a Hugging Face folder or a GGUF file, absolute
 */
public record ModelLocation(String name, Path path) {}
