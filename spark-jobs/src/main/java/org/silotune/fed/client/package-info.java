/** One client's work in one round: the local update, its weight and its failures. */
@NullMarked
package org.silotune.fed.client;

import org.jspecify.annotations.NullMarked;
