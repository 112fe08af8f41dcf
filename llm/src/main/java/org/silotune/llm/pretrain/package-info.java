/**
 * How the bundled tiny model was made: a corpus, random weights, and this project's own trainer in
 * full-parameter mode.
 */
@NullMarked
package org.silotune.llm.pretrain;

import org.jspecify.annotations.NullMarked;
