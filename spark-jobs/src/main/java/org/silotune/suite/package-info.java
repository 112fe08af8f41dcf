/**
 * Suites of experiments: the same question asked of several arms, adapters, data sets and seeds,
 * each a cell, with the tables and the report that answer it.
 *
 * <pre>
 * config  what a suite is        cell  what a cell is and found       stats  what may be concluded
 * report  tables, plots, words   job   preparing, training, scoring; the entry is SuiteJob
 * </pre>
 */
@NullMarked
package org.silotune.suite;

import org.jspecify.annotations.NullMarked;
