package org.silotune.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.silotune.chart.Svg.Anchor;

/**
 * Values over whole numbers, such as losses over rounds: a line a series, with marks at its points
 * and a band for the range of what they are means of.
 */
public final class LineChart {

  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 30;
  private static final int BOTTOM = 44;
  private static final int LEGEND = 18;

  private final String title;
  private final String across;
  private final String up;
  private final List<Series> series;

  /**
   * A chart.
   *
   * @param across what is on the axis below
   * @param up what is on the axis to the left, with its unit
   * @param series at least one
   */
  public LineChart(String title, String across, String up, List<Series> series) {
    this.title = title;
    this.across = across;
    this.up = up;
    this.series = List.copyOf(series);
  }

  /** Draws the chart. */
  public Svg draw(int width, int height) {
    var svg = Svg.styled(width, height + LEGEND * series.size());
    var y = ticks();
    int first = points().stream().mapToInt(Series.Point::x).min().orElse(0);
    int last = Math.max(first + 1, points().stream().mapToInt(Series.Point::x).max().orElse(1));
    var frame = new Frame(svg, width, height, first, last, y);
    svg.label("strong", LEFT, 16, Anchor.START, title);
    frame.axes(across, up);
    for (var each : series) {
      frame.band(each);
    }
    for (var each : series) {
      frame.line(each);
    }
    for (int i = 0; i < series.size(); i++) {
      frame.legend(series.get(i), height + LEGEND * i + 8);
    }
    return svg;
  }

  private Ticks ticks() {
    return Ticks.around(
        points().stream().mapToDouble(Series.Point::low).min().orElse(0),
        points().stream().mapToDouble(Series.Point::high).max().orElse(1),
        6);
  }

  private List<Series.Point> points() {
    return series.stream().flatMap(each -> each.points().stream()).toList();
  }

  /** The area that is drawn in. */
  private record Frame(Svg svg, int width, int height, int first, int last, Ticks ticks) {

    private double x(int value) {
      return LEFT + (double) (value - first) / (last - first) * (width - LEFT - RIGHT);
    }

    private double y(double value) {
      return height - BOTTOM - ticks.part(value) * (height - BOTTOM - TOP);
    }

    void axes(String across, String up) {
      for (double value : ticks.values()) {
        svg.line("grid", LEFT, y(value), width - RIGHT, y(value));
        svg.label("pale", LEFT - 6, y(value) + 4, Anchor.END, ticks.text(value));
      }
      int every = Math.max(1, (last - first) / 10);
      for (int value = first; value <= last; value += every) {
        svg.line("axis", x(value), height - BOTTOM, x(value), height - BOTTOM + 4);
        svg.label("pale", x(value), height - BOTTOM + 18, Anchor.MIDDLE, "" + value);
      }
      svg.line("axis", LEFT, height - BOTTOM, width - RIGHT, height - BOTTOM);
      svg.line("axis", LEFT, TOP, LEFT, height - BOTTOM);
      double middle = (LEFT + width - RIGHT) / 2.0;
      svg.label("ink", middle, height - BOTTOM + 35, Anchor.MIDDLE, across);
      svg.labelUp("ink", 13, (TOP + height - BOTTOM) / 2.0, up);
    }

    void band(Series series) {
      List<Double> corners = new ArrayList<>();
      for (var point : series.points()) {
        corners.add(x(point.x()));
        corners.add(y(point.high()));
      }
      for (int i = series.points().size() - 1; i >= 0; i--) {
        var point = series.points().get(i);
        corners.add(x(point.x()));
        corners.add(y(point.low()));
      }
      if (series.points().stream().anyMatch(point -> point.high() > point.low())) {
        svg.polygon("band " + ChartStyle.fill(series.look()), corners);
      }
    }

    void line(Series series) {
      List<Double> points = new ArrayList<>();
      for (var point : series.points()) {
        points.add(x(point.x()));
        points.add(y(point.y()));
      }
      svg.path(ChartStyle.line(series.look()), points);
      for (var point : series.points()) {
        svg.mark(
            ChartStyle.fill(series.look()),
            ChartStyle.Mark.of(series.look()),
            x(point.x()),
            y(point.y()),
            String.format(Locale.ROOT, "%s, %d: %.4f", series.name(), point.x(), point.y()));
      }
    }

    void legend(Series series, double y) {
      svg.path(ChartStyle.line(series.look()), List.of(LEFT + 0.0, y, LEFT + 34.0, y));
      svg.mark(
          ChartStyle.fill(series.look()),
          ChartStyle.Mark.of(series.look()),
          LEFT + 17.0,
          y,
          series.name());
      svg.label("ink", LEFT + 42.0, y + 4, Anchor.START, series.name());
    }
  }
}
