/** What a fine-tune will take, before it begins: memory by consumer, and the speed of products. */
@NullMarked
package org.silotune.llm.plan;

import org.jspecify.annotations.NullMarked;
