/**
 * Pictures of numbers as SVG that needs nothing outside itself: lines over rounds, intervals, bars.
 *
 * <p>{@link org.silotune.chart.Svg} draws, {@link org.silotune.chart.ChartStyle} has the colours of
 * light and dark pages, a chart knows one kind of picture.
 */
@NullMarked
package org.silotune.chart;

import org.jspecify.annotations.NullMarked;
