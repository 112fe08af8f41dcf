/** A run on disk: directory, lock, manifest, round checkpoints, resume. */
@NullMarked
package org.silotune.fed.run;

import org.jspecify.annotations.NullMarked;
