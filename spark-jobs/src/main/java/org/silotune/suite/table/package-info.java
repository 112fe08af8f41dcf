/** The rows of a suite's tables. */
@NullMarked
package org.silotune.suite.table;

import org.jspecify.annotations.NullMarked;
