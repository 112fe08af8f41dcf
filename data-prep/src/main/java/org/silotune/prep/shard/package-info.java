/** The prepared-data contract: schema, manifest, reader and writer of token shards. */
@NullMarked
package org.silotune.prep.shard;

import org.jspecify.annotations.NullMarked;
