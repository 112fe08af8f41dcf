/**
 * Parameter-efficient methods: what is trained, how it attaches to the base, and what it exports.
 */
@NullMarked
package org.silotune.llm.adapter;

import org.jspecify.annotations.NullMarked;
