/** Scores examples with a model; no data-set plumbing. */
@NullMarked
package org.silotune.llm.eval;

import org.jspecify.annotations.NullMarked;
