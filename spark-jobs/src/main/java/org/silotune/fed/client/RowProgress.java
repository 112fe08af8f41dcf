package org.silotune.fed.client;

import java.io.Serializable;

/**
 * How many of a silo's rows a question has been answered for.
 *
 * @param done rows so far
 * @param total rows in all
 */
public record RowProgress(String silo, int done, int total) implements Serializable {}
