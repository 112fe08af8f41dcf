/**
 * The data sets known by name: what their files and columns are called, where they come from, how
 * they are checked, and where they are kept.
 *
 * <p>{@link org.silotune.prep.dataset.DatasetRegistry} reads them from a resource, {@link
 * org.silotune.prep.dataset.DatasetHub} fetches them. A name is a mapping first: it applies to
 * files of the user's own and to tables as well. Nothing is downloaded that was not asked for.
 */
@NullMarked
package org.silotune.prep.dataset;

import org.jspecify.annotations.NullMarked;
