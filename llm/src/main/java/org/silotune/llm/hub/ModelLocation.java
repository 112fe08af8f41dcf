package org.silotune.llm.hub;

import java.nio.file.Path;

/**
 * A model on this machine, ready to be opened.
 *
 * @param name its registered name, or the path as it was given
 * @param path what {@link org.silotune.llm.checkpoint.source.ModelFiles} finds a model in, absolute
 */
public record ModelLocation(String name, Path path) {}
