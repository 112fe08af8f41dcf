/** What every package of this module shares: the base type of its user-facing failures. */
@NullMarked
package org.silotune.prep;

import org.jspecify.annotations.NullMarked;
