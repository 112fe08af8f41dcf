package org.silotune.suite.report;

import java.util.List;
import java.util.stream.Collectors;
import org.silotune.chart.ChartStyle;
import org.silotune.chart.Svg;

/**
 * A document as one HTML file: charts inside it, no script, nothing that is fetched. Light or dark
 * as the reader's system is.
 */
final class HtmlPage {

  private static final String STYLE =
      """
      :root{color-scheme:light dark}
      body{font:16px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
      h1,h2,h3{line-height:1.25}h2{margin-top:2.5rem;border-bottom:1px solid #ddd}
      table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}
      th,td{padding:.25rem .7rem;text-align:left;border-bottom:1px solid #ddd;vertical-align:top}
      td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
      .wide{overflow-x:auto}.charts{display:flex;flex-wrap:wrap;gap:1rem}
      .charts svg{max-width:100%;height:auto}
      pre{background:#f4f4f4;padding:.7rem;overflow-x:auto}
      @media (prefers-color-scheme:dark){
      body{color:#e6e6e6;background:#16181c}
      h2,th,td{border-color:#3a3d44}pre{background:#22252b}}
      """;

  private HtmlPage() {}

  static String of(Document document) {
    var body = new StringBuilder();
    document.blocks().forEach(block -> body.append(html(block)).append('\n'));
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title>
        <style>
        %2$s%3$s</style>
        </head>
        <body>
        <h1>%1$s</h1>
        %4$s</body>
        </html>
        """
        .formatted(Svg.escaped(document.title()), STYLE, ChartStyle.CSS, body);
  }

  private static String html(Block block) {
    if (block instanceof Block.Heading heading) {
      return "<h%1$d>%2$s</h%1$d>".formatted(heading.level(), Svg.escaped(heading.text()));
    }
    if (block instanceof Block.Paragraph paragraph) {
      return "<p>%s</p>".formatted(Svg.escaped(paragraph.text()));
    }
    if (block instanceof Block.Bullets bullets) {
      return bullets.items().stream()
          .map(item -> "<li>%s</li>".formatted(Svg.escaped(item)))
          .collect(Collectors.joining("\n", "<ul>\n", "\n</ul>"));
    }
    if (block instanceof Block.Code code) {
      return code.text()
          .lines()
          .map(Svg::escaped)
          .collect(Collectors.joining("\n", "<pre>", "</pre>"));
    }
    if (block instanceof Block.Grid grid) {
      return table(grid);
    }
    var figure = (Block.Figure) block;
    return figure.charts().stream()
        .map(chart -> chart.drawing().inline(chart.words()))
        .collect(Collectors.joining("", "<div class=\"charts\">\n", "</div>"));
  }

  private static String table(Block.Grid grid) {
    var html = new StringBuilder("<div class=\"wide\"><table>\n<thead>");
    html.append(row(grid, "th", grid.header())).append("</thead>\n<tbody>\n");
    grid.rows().forEach(row -> html.append(row(grid, "td", row)).append('\n'));
    return html.append("</tbody></table></div>").toString();
  }

  private static String row(Block.Grid grid, String element, List<String> cells) {
    var row = new StringBuilder("<tr>");
    for (int i = 0; i < cells.size(); i++) {
      row.append(
          "<%1$s%2$s>%3$s</%1$s>"
              .formatted(
                  element, grid.isNumeric(i) ? " class=\"n\"" : "", Svg.escaped(cells.get(i))));
    }
    return row.append("</tr>").toString();
  }
}
