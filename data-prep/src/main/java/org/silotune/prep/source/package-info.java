/**
 * Raw silo data from any Spark source as instruction rows, and the quarantine of what is not one.
 */
@NullMarked
package org.silotune.prep.source;

import org.jspecify.annotations.NullMarked;
