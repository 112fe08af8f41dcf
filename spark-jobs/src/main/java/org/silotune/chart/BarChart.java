package org.silotune.chart;

import java.util.List;
import org.silotune.chart.Svg.Anchor;

/** Amounts, one below the other, as bars from nothing; a bar may have a paler second part. */
public final class BarChart {

  private static final int LEFT = 190;
  private static final int RIGHT = 90;
  private static final int TOP = 34;
  private static final int LINE = 24;
  private static final int BAR = 15;
  private static final int BOTTOM = 46;

  private final String title;
  private final String across;
  private final List<Bar> bars;

  /**
   * An amount.
   *
   * @param name beside it
   * @param look which of the looks it has
   * @param first the strong part
   * @param second the paler part behind it, 0 where there is none
   * @param said the amount in words
   */
  public record Bar(String name, int look, double first, double second, String said) {}

  /**
   * A chart.
   *
   * @param across what the amounts are, with their unit
   * @param bars from the top, at least one
   */
  public BarChart(String title, String across, List<Bar> bars) {
    this.title = title;
    this.across = across;
    this.bars = List.copyOf(bars);
  }

  /** Draws the chart, as high as it has bars. */
  public Svg draw(int width) {
    int bottom = TOP + LINE * bars.size() + 4;
    var svg = Svg.styled(width, bottom + BOTTOM);
    double most = bars.stream().mapToDouble(bar -> bar.first + bar.second).max().orElse(1);
    var ticks = Ticks.around(0, most > 0 ? most : 1, 6);
    svg.label("strong", 10, 16, Anchor.START, title);
    for (double value : ticks.values()) {
      double x = LEFT + ticks.part(value) * (width - LEFT - RIGHT);
      svg.line("grid", x, TOP - 6, x, bottom);
      svg.label("pale", x, bottom + 16, Anchor.MIDDLE, ticks.text(value));
    }
    svg.line("axis", LEFT, bottom, width - RIGHT, bottom);
    svg.label("ink", (LEFT + width - RIGHT) / 2.0, bottom + 34, Anchor.MIDDLE, across);
    for (int i = 0; i < bars.size(); i++) {
      var bar = bars.get(i);
      double y = TOP + LINE * i;
      double end = LEFT + ticks.part(bar.first) * (width - LEFT - RIGHT);
      double far = LEFT + ticks.part(bar.first + bar.second) * (width - LEFT - RIGHT);
      svg.label("ink", LEFT - 10, y + 12, Anchor.END, IntervalChart.cut(bar.name));
      svg.area(ChartStyle.fill(bar.look), LEFT, y, end - LEFT, BAR, bar.said);
      if (far > end) {
        svg.area("hollow " + ChartStyle.fill(bar.look), end, y, far - end, BAR, bar.said);
      }
      svg.label("pale", far + 6, y + 12, Anchor.START, bar.said);
    }
    svg.line("axis", LEFT, TOP - 6, LEFT, bottom);
    return svg;
  }
}
