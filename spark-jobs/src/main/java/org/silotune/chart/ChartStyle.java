package org.silotune.chart;

import java.util.List;

/**
 * The looks of charts, on light pages and dark ones. Series differ in colour, in dashes and in
 * marks, so that no picture needs its colours; they are those of Okabe and Ito, "Color Universal
 * Design", which people with any colour vision tell apart.
 */
public final class ChartStyle {

  /** The number of series that look different. */
  static final int SERIES = 4;

  /** The rules of a page or a drawing with charts. */
  public static final String CSS =
      """
      svg{font-family:sans-serif;font-size:12px}
      .paper{fill:#ffffff}.ink{fill:#222222}.pale{fill:#666666}.strong{fill:#222222;font-weight:bold}
      .axis{stroke:#888888;stroke-width:1}.grid{stroke:#e4e4e4;stroke-width:1}
      .f0{fill:#6e6e6e}.f1{fill:#0072b2}.f2{fill:#c24e00}.f3{fill:#00805d}
      .l0{stroke:#6e6e6e}.l1{stroke:#0072b2}.l2{stroke:#c24e00}.l3{stroke:#00805d}
      .l0,.l1,.l2,.l3{fill:none;stroke-width:2}
      .d0{stroke-dasharray:2 4}.d2{stroke-dasharray:9 3}.d3{stroke-dasharray:3 2}
      .band{fill-opacity:.15}.hollow{fill-opacity:.35}
      @media (prefers-color-scheme:dark){
      .paper{fill:#16181c}.ink{fill:#e6e6e6}.pale{fill:#a8a8a8}.strong{fill:#e6e6e6}
      .axis{stroke:#8a8a8a}.grid{stroke:#33363c}
      .f0{fill:#b4b4b4}.f1{fill:#56b4e9}.f2{fill:#f0883e}.f3{fill:#2fc79b}
      .l0{stroke:#b4b4b4}.l1{stroke:#56b4e9}.l2{stroke:#f0883e}.l3{stroke:#2fc79b}}
      """;

  private static final double RADIUS = 4.5;

  private ChartStyle() {}

  /** The shape of a series' points. */
  enum Mark {
    CIRCLE,
    SQUARE,
    DIAMOND,
    TRIANGLE;

    static Mark of(int series) {
      return values()[series % SERIES];
    }

    /** Returns the corners about a point, x and y in turns. */
    List<Double> corners(double x, double y) {
      double r = RADIUS;
      return switch (this) {
        case CIRCLE -> List.of();
        case SQUARE ->
            List.of(
                x - r + 1, y - r + 1, x + r - 1, y - r + 1, x + r - 1, y + r - 1, x - r + 1,
                y + r - 1);
        case DIAMOND -> List.of(x, y - r - 0.5, x + r + 0.5, y, x, y + r + 0.5, x - r - 0.5, y);
        case TRIANGLE -> List.of(x, y - r, x + r, y + r - 1, x - r, y + r - 1);
      };
    }
  }

  static String fill(int series) {
    return "f" + series % SERIES;
  }

  static String line(int series) {
    return "l%1$d d%1$d".formatted(series % SERIES);
  }

  /** The line of an interval, which has no dashes. */
  static String whisker(int series) {
    return "l" + series % SERIES;
  }
}
