/**
 * The models known by name: where they come from, how they are checked, and where they are cached;
 * and what other things fetched by name need of that.
 *
 * <p>{@link org.silotune.llm.hub.ModelHub#obtain} is the entry: a registered name is fetched once,
 * checked against its sha256 and kept in the {@link org.silotune.llm.hub.ModelCache}; anything else
 * is a folder or file of the user's own. {@link org.silotune.llm.hub.CacheEntry} is a place in the
 * cache, {@link org.silotune.llm.hub.WebFetcher} fetches from web addresses. Nothing is downloaded
 * that was not asked for by name.
 */
@NullMarked
package org.silotune.llm.hub;

import org.jspecify.annotations.NullMarked;
