/** What may be concluded of paired observations, and what may not. */
@NullMarked
package org.silotune.suite.stats;

import org.jspecify.annotations.NullMarked;
