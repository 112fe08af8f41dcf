/**
 * What every package of this module shares: the base type of its user-facing failures, sizes as
 * people read them.
 */
@NullMarked
package org.silotune.llm;

import org.jspecify.annotations.NullMarked;
