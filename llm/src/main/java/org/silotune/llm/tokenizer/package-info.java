/**
 * Text to token ids and back, chat templates, and the label masks that say which tokens are
 * trained.
 */
@NullMarked
package org.silotune.llm.tokenizer;

import org.jspecify.annotations.NullMarked;
