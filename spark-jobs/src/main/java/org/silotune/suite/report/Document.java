package org.silotune.suite.report;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * A report before it is a page: the same blocks become HTML and Markdown, so that both say the
 * same.
 *
 * @param title at its top
 * @param blocks in order
 */
record Document(String title, List<Block> blocks) {

  Document {
    requireNonNull(title, "title");
    blocks = List.copyOf(blocks);
  }

  /** Returns all charts, in order. */
  List<Block.Chart> charts() {
    List<Block.Chart> charts = new ArrayList<>();
    for (Block block : blocks) {
      if (block instanceof Block.Figure figure) {
        charts.addAll(figure.charts());
      }
    }
    return charts;
  }
}
