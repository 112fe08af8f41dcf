/**
 * The prepared-data contract: a folder of token shards with its manifest, and the rows that
 * evaluation shows. {@link org.silotune.prep.shard.PreparedFolder} is the entry; the bytes are
 * specified in {@code docs/formats.md}.
 */
@NullMarked
package org.silotune.prep.shard;

import org.jspecify.annotations.NullMarked;
