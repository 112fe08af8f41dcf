/** The exact integer algebra that a tree reduction runs. */
@NullMarked
package org.silotune.fed.aggregate;

import org.jspecify.annotations.NullMarked;
