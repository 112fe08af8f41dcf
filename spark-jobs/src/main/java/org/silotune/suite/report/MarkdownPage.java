package org.silotune.suite.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A document as Markdown, with its charts as files in a folder beside it. */
final class MarkdownPage {

  /** The folder of the charts. */
  static final String CHARTS = "charts";

  private MarkdownPage() {}

  static String of(Document document) {
    return document.blocks().stream()
        .map(MarkdownPage::markdown)
        .collect(Collectors.joining("\n\n", "# %s\n\n".formatted(plain(document.title())), "\n"));
  }

  private static String markdown(Block block) {
    if (block instanceof Block.Heading heading) {
      return "#".repeat(heading.level()) + " " + plain(heading.text());
    }
    if (block instanceof Block.Paragraph paragraph) {
      return plain(paragraph.text());
    }
    if (block instanceof Block.Bullets bullets) {
      return bullets.items().stream()
          .map(item -> "- " + plain(item))
          .collect(Collectors.joining("\n"));
    }
    if (block instanceof Block.Code code) {
      return "```\n%s\n```".formatted(code.text().stripTrailing());
    }
    if (block instanceof Block.Grid grid) {
      return table(grid);
    }
    var figure = (Block.Figure) block;
    return figure.charts().stream()
        .map(chart -> "![%s](%s/%s.svg)".formatted(plain(chart.words()), CHARTS, chart.name()))
        .collect(Collectors.joining("\n"));
  }

  private static String table(Block.Grid grid) {
    List<String> lines = new ArrayList<>();
    lines.add(line(grid.header()));
    var rule = new StringBuilder("|");
    for (int i = 0; i < grid.header().size(); i++) {
      rule.append(grid.isNumeric(i) ? "---:|" : "---|");
    }
    lines.add(rule.toString());
    grid.rows().forEach(row -> lines.add(line(row)));
    return String.join("\n", lines);
  }

  private static String line(List<String> cells) {
    return cells.stream().map(MarkdownPage::plain).collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** Names of silos are anybody's: nothing in them may end a cell or begin a link or an element. */
  private static String plain(String text) {
    return text.replaceAll("([\\\\|*_`<\\[\\]])", "\\\\$1").replaceAll("\\R", " ");
  }
}
