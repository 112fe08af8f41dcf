package org.silotune.fed.job;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Columns of text under a header; a cell that looks like a number is set to the right. */
public final class TextTable {

  private static final String GAP = "  ";

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /** An empty table. */
  public TextTable(String... header) {
    this.header = List.of(header);
  }

  /** Adds a row. */
  public void row(String... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "%d cells under %d columns".formatted(cells.length, header.size()));
    }
    rows.add(List.of(cells));
  }

  /** Returns whether there are no rows. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  @Override
  public String toString() {
    List<List<String>> all = new ArrayList<>(rows);
    all.add(0, header);
    int[] widths = new int[header.size()];
    for (var row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    return all.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
  }

  /** Returns the table as GitHub-flavoured markdown. */
  public String toMarkdown() {
    var lines = new ArrayList<String>();
    lines.add("| " + String.join(" | ", header) + " |");
    lines.add("|" + " --- |".repeat(header.size()));
    for (var row : rows) {
      lines.add(
          row.stream()
              .map(cell -> cell.replace("|", "\\|").replace("\n", "<br>"))
              .collect(Collectors.joining(" | ", "| ", " |")));
    }
    return String.join("\n", lines);
  }

  private String line(List<String> row, int[] widths) {
    var text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      var cell = row.get(i);
      var fill = " ".repeat(widths[i] - width(cell));
      text.append(i == 0 ? "" : GAP).append(isNumeric(i) ? fill + cell : cell + fill);
    }
    return text.toString().stripTrailing();
  }

  /** A column of numbers, signs and dashes only. */
  private boolean isNumeric(int column) {
    return rows.stream().allMatch(row -> row.get(column).matches("[-+−–\\d.,%∞ ]*"));
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
