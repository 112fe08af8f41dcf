package org.silotune.udf.text.pii;

import java.util.List;

/** Finds one kind of personal data. */
interface PiiDetector {

  /** Returns the spans in a text, which may overlap, in the order of their starts. */
  List<PiiSpan> find(String text);
}
