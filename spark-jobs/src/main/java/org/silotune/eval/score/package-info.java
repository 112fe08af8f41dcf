/** What an answer is worth, and what many are worth together, with intervals. */
@NullMarked
package org.silotune.eval.score;

import org.jspecify.annotations.NullMarked;
