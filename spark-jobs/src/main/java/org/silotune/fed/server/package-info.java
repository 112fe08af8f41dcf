/** Server optimizers: the aggregate applied to the global adapter, state to state. */
@NullMarked
package org.silotune.fed.server;

import org.jspecify.annotations.NullMarked;
