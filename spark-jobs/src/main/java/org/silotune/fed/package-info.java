/** What every package of federated rounds shares: the base type of their user-facing failures. */
@NullMarked
package org.silotune.fed;

import org.jspecify.annotations.NullMarked;
