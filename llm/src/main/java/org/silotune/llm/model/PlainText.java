package org.silotune.llm.model;

import java.util.List;

/** A tensor of floats, cast where its type is not the wanted one. */
record PlainText() implements WeightText {

  @Override
  public int partCount() {
    return 1;
  }

  @Override
  public String matrix(List<String> parts, long rows, long columns, int dtype) {
    return "torch.to(%s, %d)".formatted(parts.get(0), dtype);
  }

  @Override
  public String rows(List<String> parts, long columns, String indices, int dtype) {
    return "torch.to(torch.embedding(%s, %s), %d)".formatted(parts.get(0), indices, dtype);
  }
}
