/** The local training loop: batches, loss, optimizer and schedule. */
@NullMarked
package org.silotune.llm.finetune;

import org.jspecify.annotations.NullMarked;
