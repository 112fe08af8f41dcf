package org.silotune.llm.hub;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keeps the lines that a person would see. */
final class RecordedProgress implements FetchProgress {

  final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void line(String text) {
    lines.add(text);
  }

  @Override
  public void bytes(String what, long done, long total) {}
}
