/** The only adapter of rounds to Spark: descriptors, placement, broadcast and tree aggregation. */
@NullMarked
package org.silotune.fed.spark;

import org.jspecify.annotations.NullMarked;
