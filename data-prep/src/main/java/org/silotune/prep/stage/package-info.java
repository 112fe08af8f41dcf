/**
 * Named stages between reading and tokenising: each takes rows and returns the same rows, some of
 * them changed, marked or dropped. {@link org.silotune.prep.stage.StagesConfig} says which there
 * are and in which order.
 */
@NullMarked
package org.silotune.prep.stage;

import org.jspecify.annotations.NullMarked;
