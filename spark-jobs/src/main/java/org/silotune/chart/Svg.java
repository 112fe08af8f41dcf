package org.silotune.chart;

import java.util.List;
import java.util.Locale;

/**
 * A drawing in SVG that needs nothing outside itself, sizes in pixels. A plain one has colours of
 * its own on white; a styled one has the classes of {@link ChartStyle}, on whatever is behind it.
 */
public final class Svg {

  private final StringBuilder shapes = new StringBuilder();
  private final int width;
  private final int height;
  private final String style;

  private Svg(int width, int height, String style) {
    this.width = width;
    this.height = height;
    this.style = style;
  }

  /** A plain drawing on white. */
  public Svg(int width, int height) {
    this(width, height, "");
    rectangle(0, 0, width, height, "#ffffff", "");
  }

  /** Returns a drawing whose shapes have classes. */
  public static Svg styled(int width, int height) {
    var svg = new Svg(width, height, ChartStyle.CSS);
    svg.area("paper", 0, 0, width, height, "");
    return svg;
  }

  /** Draws a filled rectangle; what it is shows under the pointer. */
  public void rectangle(double x, double y, double w, double h, String fill, String what) {
    rectangle("fill=\"%s\"".formatted(fill), x, y, w, h, what);
  }

  /** Draws a rectangle of a class; what it is shows under the pointer. */
  public void area(String kind, double x, double y, double w, double h, String what) {
    rectangle("class=\"%s\"".formatted(kind), x, y, w, h, what);
  }

  private void rectangle(String look, double x, double y, double w, double h, String what) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s",
            x,
            y,
            w,
            h,
            look));
    end("rect", what);
  }

  /** Draws a line of a class. */
  void line(String kind, double x1, double y1, double x2, double y2) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
            kind,
            x1,
            y1,
            x2,
            y2));
  }

  /** Draws a line through points, x and y in turns. */
  void path(String kind, List<Double> points) {
    shapes.append("<polyline class=\"%s\" points=\"%s\"/>\n".formatted(kind, joined(points)));
  }

  /** Draws an area with corners, x and y in turns. */
  void polygon(String kind, List<Double> points) {
    shapes.append("<polygon class=\"%s\" points=\"%s\"/>\n".formatted(kind, joined(points)));
  }

  /** Draws a mark; what it is shows under the pointer. */
  void mark(String kind, ChartStyle.Mark mark, double x, double y, String what) {
    switch (mark) {
      case CIRCLE ->
          shapes.append(
              String.format(
                  Locale.ROOT, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"", kind, x, y));
      case SQUARE, DIAMOND, TRIANGLE ->
          shapes.append(
              "<polygon class=\"%s\" points=\"%s\"".formatted(kind, joined(mark.corners(x, y))));
    }
    end(mark == ChartStyle.Mark.CIRCLE ? "circle" : "polygon", what);
  }

  private void end(String element, String what) {
    shapes.append(
        what.isEmpty() ? "/>\n" : "><title>%s</title></%s>\n".formatted(escaped(what), element));
  }

  /** Writes a text that begins at x. */
  public void text(double x, double y, String text) {
    text("fill=\"#222222\"", x, y, "start", text);
  }

  /** Writes a text that ends at x. */
  public void textBefore(double x, double y, String text) {
    text("fill=\"#222222\"", x, y, "end", text);
  }

  /** Writes a pale text that begins at x. */
  public void heading(double x, double y, String text) {
    text("fill=\"#777777\"", x, y, "start", text);
  }

  /** Writes a text of a class. */
  void label(String kind, double x, double y, Anchor anchor, String text) {
    text("class=\"%s\"".formatted(kind), x, y, anchor.label(), text);
  }

  /** Writes a text of a class that goes up, about its middle. */
  void labelUp(String kind, double x, double y, String text) {
    var turned =
        String.format(Locale.ROOT, "class=\"%s\" transform=\"rotate(-90 %.1f %.1f)\"", kind, x, y);
    text(turned, x, y, Anchor.MIDDLE.label(), text);
  }

  /** Which part of a text is at its x. */
  enum Anchor {
    START,
    MIDDLE,
    END;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private void text(String look, double x, double y, String anchor, String text) {
    shapes.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>\n",
            x,
            y,
            anchor,
            look,
            escaped(text)));
  }

  /** Returns the file's text. */
  public String document() {
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        font-family="sans-serif" font-size="12">
        %3$s%4$s</svg>
        """
        .formatted(width, height, style.isEmpty() ? "" : "<style>" + style + "</style>\n", shapes);
  }

  /** Returns the element for a page that has the style already, with what it shows in words. */
  public String inline(String words) {
    return """
        <svg role="img" aria-label="%4$s" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d">
        %3$s</svg>
        """
        .formatted(width, height, shapes, escaped(words));
  }

  private static String joined(List<Double> points) {
    var joined = new StringBuilder();
    for (int i = 0; i < points.size(); i += 2) {
      joined.append(
          String.format(
              Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", points.get(i), points.get(i + 1)));
    }
    return joined.toString();
  }

  /** Returns a text as XML and HTML have it: no control characters, no unpaired surrogates. */
  public static String escaped(String text) {
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
