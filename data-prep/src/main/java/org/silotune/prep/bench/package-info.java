/** Measurements of a preparation. */
@NullMarked
package org.silotune.prep.bench;

import org.jspecify.annotations.NullMarked;
