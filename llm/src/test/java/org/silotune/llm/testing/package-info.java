/** What tests of every module share: golden values and the assertions that compare tensors. */
@NullMarked
package org.silotune.llm.testing;

import org.jspecify.annotations.NullMarked;
