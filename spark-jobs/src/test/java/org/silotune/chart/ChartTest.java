package org.silotune.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class ChartTest {

  @Test
  void axesHaveRoundNumbersAroundTheValues() {
    assertThat(Ticks.around(0.13, 2.71, 6).values())
        .containsExactly(0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0);
    assertThat(Ticks.around(-3, 250, 6).values())
        .containsExactly(-50.0, 0.0, 50.0, 100.0, 150.0, 200.0, 250.0);
    var fine = Ticks.around(1.0012, 1.0031, 6);
    assertThat(fine.text(fine.low())).isEqualTo("1.0010");
    assertThat(Ticks.around(2, 2, 6).part(2)).isBetween(0.0, 1.0);
    assertThat(Ticks.around(0, 12_000, 6).text(2000)).isEqualTo("2,000");
  }

  @Test
  void aLineIsWhereItsValuesAre() throws Exception {
    var chart =
        new LineChart(
            "all silos",
            "round",
            "nats a token",
            List.of(
                new Series("global", 1, List.of(Series.Point.of(0, 4), Series.Point.of(2, 2))),
                new Series(
                    "federated",
                    2,
                    List.of(new Series.Point(0, 4, 4, 4), new Series.Point(2, 3, 2.5, 3.5)))));
    var svg = parsed(chart.draw(370, 250).document());
    assertThat(texts(svg))
        .contains("all silos", "round", "nats a token", "global", "federated", "0", "1", "2");
    var line = svg.getElementsByTagName("polyline").item(0);
    var ends = line.getAttributes().getNamedItem("points").getNodeValue().split("[ ,]", -1);
    assertThat(Double.parseDouble(ends[1])).isEqualTo(30); // the highest value is at the top
    assertThat(Double.parseDouble(ends[3])).isEqualTo(250 - 44); // the least at the bottom
    assertThat(Double.parseDouble(ends[2])).isEqualTo(370 - 14);
    assertThat(svg.getElementsByTagName("polygon").getLength())
        .as("one band, two squares and their legend, two diamonds and theirs")
        .isEqualTo(1 + 3 + 3);
  }

  @Test
  void anIntervalGoesFromLowToHighAndABarFromNothing() throws Exception {
    var intervals =
        parsed(
            new IntervalChart(
                    "Advantage",
                    "nats",
                    OptionalDouble.of(0),
                    List.of(new IntervalChart.Line("global > federated", 2, 0.5, 0, 1)))
                .draw(760)
                .document());
    assertThat(texts(intervals)).contains("Advantage", "nats", "global > federated", "0.500");
    var bars =
        parsed(
            new BarChart("Time", "seconds", List.of(new BarChart.Bar("a <b>", 1, 30, 10, "40 s")))
                .draw(760)
                .document());
    assertThat(texts(bars)).contains("Time", "seconds", "a <b>", "40 s", "40");
    var strong = bars.getElementsByTagName("rect").item(1).getAttributes();
    var pale = bars.getElementsByTagName("rect").item(2).getAttributes();
    assertThat(Double.parseDouble(strong.getNamedItem("width").getNodeValue()))
        .isEqualTo(3 * Double.parseDouble(pale.getNamedItem("width").getNodeValue()));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static List<String> texts(Document svg) {
    var nodes = svg.getElementsByTagName("text");
    return java.util.stream.IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }
}
