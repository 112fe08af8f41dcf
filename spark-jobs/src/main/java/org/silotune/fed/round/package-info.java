/** One round as a composition of its parts, and the loop over rounds. */
@NullMarked
package org.silotune.fed.round;

import org.jspecify.annotations.NullMarked;
