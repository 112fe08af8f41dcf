/** Tokenizers that stay in an executor, found by a model's name or path. */
@NullMarked
package org.silotune.udf.token;

import org.jspecify.annotations.NullMarked;
