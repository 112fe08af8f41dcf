/** Measurements of this machine: what the parts of a run reach, and of what. */
@NullMarked
package org.silotune.bench;

import org.jspecify.annotations.NullMarked;
