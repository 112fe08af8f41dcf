package org.silotune.llm.checkpoint.gguf;

import java.nio.DoubleBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * A metadata value. The twelve scalar types of the format are four here: every integer is a {@link
 * Whole}, every float a {@link Real}.
 */
sealed interface GgufValue {

  record Whole(long value) implements GgufValue {}

  record Real(double value) implements GgufValue {}

  record Flag(boolean value) implements GgufValue {}

  record Text(String value) implements GgufValue {}

  /** An array of integers; booleans are 0 and 1. */
  record Wholes(LongBuffer values) implements GgufValue {}

  record Reals(DoubleBuffer values) implements GgufValue {}

  record Texts(List<String> values) implements GgufValue {}

  /** An array of arrays. */
  record Nested(List<GgufValue> values) implements GgufValue {}
}
