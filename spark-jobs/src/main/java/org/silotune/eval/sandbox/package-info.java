/**
 * Programs that nobody has read, run where they can do no harm: {@link
 * org.silotune.eval.sandbox.Sandbox}.
 */
@NullMarked
package org.silotune.eval.sandbox;

import org.jspecify.annotations.NullMarked;
