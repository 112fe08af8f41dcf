/** Cells of a suite: what each is, what each found, and where that is kept. */
@NullMarked
package org.silotune.suite.cell;

import org.jspecify.annotations.NullMarked;
