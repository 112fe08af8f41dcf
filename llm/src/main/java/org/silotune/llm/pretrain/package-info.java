/**
 * How the bundled tiny model was made: a corpus, random weights, and this project's own trainer in
 * full-parameter mode. Start at {@link org.silotune.llm.pretrain.TinyModelMain}.
 */
@NullMarked
package org.silotune.llm.pretrain;

import org.jspecify.annotations.NullMarked;
