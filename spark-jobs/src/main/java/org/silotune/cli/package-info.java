/** The command line: subcommands, experiment files and what a person reads. */
@NullMarked
package org.silotune.cli;

import org.jspecify.annotations.NullMarked;
