/**
 * The report of a suite: {@link org.silotune.suite.report.SuiteReport} makes a {@link
 * org.silotune.suite.report.Document} of results, and pages write it as HTML and as Markdown.
 */
@NullMarked
package org.silotune.suite.report;

import org.jspecify.annotations.NullMarked;
