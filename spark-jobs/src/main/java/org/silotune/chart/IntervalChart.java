package org.silotune.chart;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.silotune.chart.Svg.Anchor;

/** Values with their intervals, one below the other: a mark, and a line from low to high. */
public final class IntervalChart {

  private static final int LEFT = 190;
  private static final int RIGHT = 70;
  private static final int TOP = 34;
  private static final int LINE = 24;
  private static final int BOTTOM = 46;

  private final String title;
  private final String across;
  private final OptionalDouble reference;
  private final List<Line> lines;

  /**
   * A value.
   *
   * @param name beside it
   * @param look which of the looks it has
   * @param value where the mark is
   * @param low the lower end
   * @param high the upper end
   */
  public record Line(String name, int look, double value, double low, double high) {}

  /**
   * A chart.
   *
   * @param across what the values are, with their unit
   * @param reference where a line goes down, such as 0 for differences
   * @param lines from the top, at least one
   */
  public IntervalChart(String title, String across, OptionalDouble reference, List<Line> lines) {
    this.title = title;
    this.across = across;
    this.reference = reference;
    this.lines = List.copyOf(lines);
  }

  /** Draws the chart, as high as it has lines. */
  public Svg draw(int width) {
    int bottom = TOP + LINE * lines.size() + 4;
    var svg = Svg.styled(width, bottom + BOTTOM);
    var ticks = ticks();
    svg.label("strong", 10, 16, Anchor.START, title);
    for (double value : ticks.values()) {
      double x = x(ticks, value, width);
      svg.line("grid", x, TOP - 6, x, bottom);
      svg.label("pale", x, bottom + 16, Anchor.MIDDLE, ticks.text(value));
    }
    svg.line("axis", LEFT, bottom, width - RIGHT, bottom);
    reference.ifPresent(
        value -> svg.line("axis", x(ticks, value, width), TOP - 6, x(ticks, value, width), bottom));
    svg.label("ink", (LEFT + width - RIGHT) / 2.0, bottom + 34, Anchor.MIDDLE, across);
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, ticks, lines.get(i), TOP + LINE * i + LINE / 2.0, width);
    }
    return svg;
  }

  private static void draw(Svg svg, Ticks ticks, Line line, double y, int width) {
    var said =
        String.format(
            Locale.ROOT, "%s %.4f (%.4f to %.4f)", line.name, line.value, line.low, line.high);
    svg.label("ink", LEFT - 10, y + 4, Anchor.END, cut(line.name));
    double low = x(ticks, line.low, width);
    double high = x(ticks, line.high, width);
    svg.line(ChartStyle.whisker(line.look), low, y, high, y);
    svg.line(ChartStyle.whisker(line.look), low, y - 4, low, y + 4);
    svg.line(ChartStyle.whisker(line.look), high, y - 4, high, y + 4);
    svg.mark(
        ChartStyle.fill(line.look),
        ChartStyle.Mark.of(line.look),
        x(ticks, line.value, width),
        y,
        said);
    svg.label(
        "pale",
        width - RIGHT + 8,
        y + 4,
        Anchor.START,
        String.format(Locale.ROOT, "%.3f", line.value));
  }

  private Ticks ticks() {
    double least = lines.stream().mapToDouble(Line::low).min().orElse(0);
    double most = lines.stream().mapToDouble(Line::high).max().orElse(1);
    return Ticks.around(
        Math.min(least, reference.orElse(least)), Math.max(most, reference.orElse(most)), 7);
  }

  private static double x(Ticks ticks, double value, int width) {
    return LEFT + ticks.part(value) * (width - LEFT - RIGHT);
  }

  static String cut(String name) {
    return name.codePointCount(0, name.length()) > 28
        ? name.substring(0, name.offsetByCodePoints(0, 27)) + "…"
        : name;
  }
}
