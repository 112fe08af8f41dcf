/**
 * The models known by name: where they come from, how they are checked, and where they are cached.
 */
@NullMarked
package org.silotune.llm.hub;

import org.jspecify.annotations.NullMarked;
