package org.silotune.suite.report;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.silotune.chart.Svg;

/** A part of a document. */
sealed interface Block {

  /** A heading of a section, or of a part of one. */
  record Heading(int level, String text) implements Block {}

  /** A paragraph. */
  record Paragraph(String text) implements Block {}

  /** Sentences one below the other. */
  record Bullets(List<String> items) implements Block {
    public Bullets {
      items = List.copyOf(items);
    }
  }

  /** Lines as a terminal shows them. */
  record Code(String text) implements Block {}

  /** A table; columns of figures are set to the right. */
  record Grid(List<String> header, List<List<String>> rows) implements Block {
    public Grid {
      header = List.copyOf(header);
      rows = rows.stream().map(List::copyOf).toList();
      for (List<String> row : rows) {
        if (row.size() != header.size()) {
          throw new IllegalArgumentException("%s under %s".formatted(row, header));
        }
      }
    }

    /** Returns whether a column has figures and signs only. */
    boolean isNumeric(int column) {
      return rows.stream()
          .map(row -> row.get(column))
          .allMatch(cell -> cell.matches("[-+−–\\d.,% ()to]*|[\\d.,]+ [kMG]?B"));
    }
  }

  /**
   * Charts side by side.
   *
   * @param charts at least one
   */
  record Figure(List<Chart> charts) implements Block {
    public Figure {
      charts = List.copyOf(charts);
    }
  }

  /**
   * A chart.
   *
   * @param name of its file, without an ending
   * @param words what it shows, for who cannot see it
   */
  record Chart(String name, String words, Svg drawing) {
    public Chart {
      requireNonNull(name, "name");
      requireNonNull(words, "words");
      requireNonNull(drawing, "drawing");
    }
  }
}
