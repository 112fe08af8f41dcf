package org.silotune.cli;

import java.util.Locale;

/** A drawing in SVG that needs nothing outside itself: rectangles and texts, sizes in pixels. */
final class Svg {

  private final StringBuilder shapes = new StringBuilder();
  private final int width;
  private final int height;

  Svg(int width, int height) {
    this.width = width;
    this.height = height;
    rectangle(0, 0, width, height, "#ffffff", "");
  }

  /** Draws a filled rectangle; what it is shows under the pointer. */
  void rectangle(double x, double y, double w, double h, String fill, String what) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"",
            x,
            y,
            w,
            h,
            fill));
    shapes.append(what.isEmpty() ? "/>\n" : "><title>%s</title></rect>\n".formatted(escaped(what)));
  }

  void text(double x, double y, String text) {
    text(x, y, "start", "#222222", text);
  }

  /** Writes a text that ends at x. */
  void textBefore(double x, double y, String text) {
    text(x, y, "end", "#222222", text);
  }

  void heading(double x, double y, String text) {
    text(x, y, "start", "#777777", text);
  }

  private void text(double x, double y, String anchor, String fill, String text) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n",
            x,
            y,
            anchor,
            fill,
            escaped(text)));
  }

  /** Returns the file's text. */
  String document() {
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        font-family="sans-serif" font-size="12">
        %3$s</svg>
        """
        .formatted(width, height, shapes);
  }

  /** XML has no control characters, and no unpaired surrogates. */
  private static String escaped(String text) {
    var escaped = new StringBuilder();
    text.codePoints()
        .map(c -> c < 0x20 || c == 0xFFFE || c == 0xFFFF || (c >= 0xD800 && c < 0xE000) ? ' ' : c)
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}
