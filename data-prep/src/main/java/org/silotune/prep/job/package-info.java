/** The preparation pipeline: raw rows to token shards. */
@NullMarked
package org.silotune.prep.job;

import org.jspecify.annotations.NullMarked;
