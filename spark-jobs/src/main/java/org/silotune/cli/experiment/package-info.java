/**
 * Experiment files: YAML to typed records.
 *
 * <p>{@link org.silotune.cli.experiment.ConfigTree} reads a file and the {@code --set} overrides,
 * {@link org.silotune.cli.experiment.RecordBinder} turns it into records by their components'
 * names. Every failure is a {@link org.silotune.cli.experiment.ConfigException} that names key,
 * value and line.
 */
@NullMarked
package org.silotune.cli.experiment;

import org.jspecify.annotations.NullMarked;
