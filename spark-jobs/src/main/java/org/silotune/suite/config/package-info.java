/** What a suite is, as its file and the command line say it. */
@NullMarked
package org.silotune.suite.config;

import org.jspecify.annotations.NullMarked;
