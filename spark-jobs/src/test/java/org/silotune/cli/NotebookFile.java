package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;

/**
 * A Jupyter notebook, as far as tests look at it.
 *
 * @param codeCells its cells of code, in their order
 */
record NotebookFile(List<JsonNode> codeCells) {

  static NotebookFile read(Path file) throws IOException {
    List<JsonNode> cells = new ArrayList<>();
    for (var cell : JsonMapper.builder().build().readTree(file.toFile()).path("cells")) {
      if (cell.path("cell_type").asText().equals("code")) {
        cells.add(cell);
      }
    }
    return new NotebookFile(List.copyOf(cells));
  }

  List<String> sources() {
    return codeCells.stream().map(cell -> text(cell.path("source"))).toList();
  }

  /** Returns all that cells have printed or shown as text. */
  String shown() {
    return outputs().stream()
        .map(out -> text(out.path("text")) + text(out.path("data").path("text/plain")))
        .collect(Collectors.joining("\n"));
  }

  /** Checks that every cell ran, in the order in which they stand, and that none failed. */
  void assertRanFromTopToBottom() {
    assertThat(codeCells.stream().map(cell -> cell.path("execution_count").asInt(-1)).toList())
        .isEqualTo(IntStream.rangeClosed(1, codeCells.size()).boxed().toList());
    assertThat(outputs())
        .noneMatch(out -> out.path("output_type").asText().equals("error"))
        .noneMatch(out -> out.path("name").asText().equals("stderr"));
  }

  /** Checks that there are so many plots, and that something is drawn in each. */
  void assertHoldsPlots(int count) throws IOException {
    List<JsonNode> plots =
        outputs().stream()
            .map(out -> out.path("data").path("image/png"))
            .filter(JsonNode::isTextual)
            .toList();
    assertThat(plots).hasSize(count);
    for (var plot : plots) {
      byte[] bytes = Base64.getMimeDecoder().decode(plot.asText());
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(bytes));
      assertThat(image.getWidth()).isGreaterThan(500);
      assertThat(colors(image)).hasSizeGreaterThan(20);
    }
  }

  private List<JsonNode> outputs() {
    return codeCells.stream()
        .flatMap(
            cell -> StreamSupport.stream(cell.path("outputs").spliterator(), /* parallel= */ false))
        .toList();
  }

  private static Set<Integer> colors(BufferedImage image) {
    Set<Integer> colors = new TreeSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colors.add(image.getRGB(x, y));
      }
    }
    return colors;
  }

  /** Texts stand as one, or as a list of lines. */
  private static String text(JsonNode node) {
    if (!node.isArray()) {
      return node.asText();
    }
    var lines = new StringBuilder();
    node.forEach(line -> lines.append(line.asText()));
    return lines.toString();
  }
}
