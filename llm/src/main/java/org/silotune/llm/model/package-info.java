/**
 * Decoder families: configuration, weight names and the layer's script, and the resident base
 * model.
 */
@NullMarked
package org.silotune.llm.model;

import org.jspecify.annotations.NullMarked;
