package org.silotune.chart;

import java.util.List;

/**
 * A line of a {@link LineChart}.
 *
 * @param name in the legend
 * @param look which of the looks it has; the same in every chart of a page
 * @param points from left to right, at least one
 */
public record Series(String name, int look, List<Point> points) {

  public Series {
    points = List.copyOf(points);
  }

  /**
   * A point with the range of what it is the mean of.
   *
   * @param x where it is, a whole number
   * @param y its value
   * @param low the least of the range
   * @param high the most
   */
  public record Point(int x, double y, double low, double high) {

    /** Returns a point that is one value. */
    public static Point of(int x, double y) {
      return new Point(x, y, y, y);
    }
  }
}
