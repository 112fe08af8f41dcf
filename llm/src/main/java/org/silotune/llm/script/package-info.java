/**
 * The forward pass as TorchScript source, packed and loaded from Java, and the scopes of native
 * memory.
 */
@NullMarked
package org.silotune.llm.script;

import org.jspecify.annotations.NullMarked;
