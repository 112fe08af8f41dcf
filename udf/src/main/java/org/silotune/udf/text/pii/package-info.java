/**
 * Personal data in texts: detectors that find spans, and {@link
 * org.silotune.udf.text.pii.PiiRedactor}, which replaces them.
 */
@NullMarked
package org.silotune.udf.text.pii;

import org.jspecify.annotations.NullMarked;
