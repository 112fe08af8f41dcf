/** Assigns rows to silos and to train, validation and test, by seed and content. */
@NullMarked
package org.silotune.prep.split;

import org.jspecify.annotations.NullMarked;
