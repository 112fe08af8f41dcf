/** Which clients take part in a round, from a seed. */
@NullMarked
package org.silotune.fed.sample;

import org.jspecify.annotations.NullMarked;
