/**
 * Suites on Spark: {@link org.silotune.suite.job.SuiteJob} prepares the data sets, runs the cells
 * that are not done and writes tables and report; {@link org.silotune.suite.job.SuitePlanJob} says
 * what that will take.
 */
@NullMarked
package org.silotune.suite.job;

import org.jspecify.annotations.NullMarked;
