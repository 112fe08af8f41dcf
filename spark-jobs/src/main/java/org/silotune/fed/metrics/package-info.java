/** Typed metric names and values, and the tables of a run. */
@NullMarked
package org.silotune.fed.metrics;

import org.jspecify.annotations.NullMarked;
