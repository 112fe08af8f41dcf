/** Text generation with a key-value cache. */
@NullMarked
package org.silotune.llm.generate;

import org.jspecify.annotations.NullMarked;
