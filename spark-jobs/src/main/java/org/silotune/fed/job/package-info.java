/** What the command line and a scheduler start: train, evaluate and their plumbing. */
@NullMarked
package org.silotune.fed.job;

import org.jspecify.annotations.NullMarked;
