package org.silotune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.shard.CategoryMix;
import org.silotune.prep.shard.LengthHistogram;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.SiloProfile;
import org.silotune.prep.shard.StageCounts;

/** What {@code describe} says of prepared data. */
final class DescribePreparedTest {

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void silosAreATableJsonAndAPictureThatNeedsNothingElse() throws Exception {
    write(silo("north", 10, Map.of("a", 10L)), silo("<south> & co", 30, Map.of("b\u0001", 30L)));
    Path plot = folder.resolve("silos.svg");

    assertThat(run("describe", folder.toString(), "--plot", plot.toString(), "--json"))
        .as(err.toString())
        .isEqualTo(ExitStatus.DONE);
    assertThat(out.toString())
        .contains("stage     rows in  dropped  changed  reported")
        .contains("read           41        1        0         0")
        .containsPattern("north +10 +23 +99 .* 0\\.549 +a 100 %")
        .containsPattern("all silos +40 +22 +97 ");
    JsonNode json =
        new JsonMapper().readTree(out.toString().lines().reduce((a, b) -> b).orElseThrow());
    assertThat(json.path("profiles").path(1).path("divergence").asDouble()).isBetween(0.137, 0.139);
    assertThat(json.path("profiles").path(0).path("lengths").path("20").asLong()).isEqualTo(9);
    assertThat(json.path("profiles").path(0).path("median_length").asInt()).isEqualTo(23);
    assertThat(json.path("profiles").path(0).path("p95_length").asInt()).isEqualTo(99);
    assertThat(json.path("stages").path(0).path("dropped").asLong()).isEqualTo(1);
    var svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(plot.toFile());
    assertThat(svg.getDocumentElement().getNodeName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("rect").getLength()).isGreaterThan(10);
    assertThat(Files.readString(plot)).contains("&lt;south&gt; &amp; co").doesNotContain("href");
  }

  @Test
  void whatIsNotKnownOfASiloIsNull() throws IOException {
    SiloProfile unlabelled =
        new SiloProfile(
            CategoryMix.EMPTY,
            new LengthHistogram(new TreeMap<>(Map.of(20, 5L))),
            LengthQuantiles.UNKNOWN);
    write(
        silo("a", 10, Map.of("x", 10L)),
        new SiloCounts("b", counts(5), ShardCounts.EMPTY, ShardCounts.EMPTY, 0, unlabelled));

    assertThat(run("describe", folder.toString(), "--json")).isEqualTo(ExitStatus.DONE);
    assertThat(out.toString()).containsPattern("b +5 +- +- .* -");
    JsonNode b =
        new JsonMapper()
            .readTree(out.toString().lines().reduce((x, y) -> y).orElseThrow())
            .path("profiles")
            .path(1);
    for (String key : List.of("median_length", "p95_length", "divergence")) {
      assertThat(b.get(key).isNull()).as(key).isTrue();
    }
  }

  @Test
  void pictureOfManySilosShowsTheLargestAndSaysSo() throws IOException {
    SiloCounts[] silos = new SiloCounts[100];
    for (int i = 0; i < silos.length; i++) {
      silos[i] = silo("silo-%02d".formatted(i), 10 + i, Map.of("a", 10L + i));
    }
    write(silos);
    Path plot = folder.resolve("silos.svg");

    assertThat(run("describe", folder.toString(), "--plot", plot.toString()))
        .isEqualTo(ExitStatus.DONE);
    assertThat(Files.readString(plot))
        .contains("The 60 largest of 100 silos", "silo-40")
        .doesNotContain("silo-39");
  }

  @Test
  void onlyPreparedDataWithProfilesIsDrawn() throws IOException {
    write(new SiloCounts("a", counts(40), ShardCounts.EMPTY, ShardCounts.EMPTY, 1));
    assertThat(run("describe", folder.toString())).isEqualTo(ExitStatus.DONE);
    assertThat(run("describe", folder.toString(), "--plot", "x.svg")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString())
        .contains("Cannot plot ")
        .contains(": its manifest has no profiles of silos; prepare the data again");

    Path other = Files.createDirectory(folder.resolve("other"));
    assertThat(run("describe", other.toString(), "--plot", "x.svg")).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("is no prepared data; name a folder that prepare wrote");
  }

  private void write(SiloCounts... silos) throws IOException {
    List<SiloCounts> counts = List.of(silos);
    long rows = counts.stream().mapToLong(SiloCounts::exampleCount).sum();
    ShardManifest manifest =
        new ShardManifest(
            ShardManifest.SCHEMA_VERSION,
            "aa11",
            "chatml",
            512,
            7,
            JsonNodeFactory.instance.objectNode(),
            rows + 1,
            rows,
            new TreeMap<>(Map.of("malformed-json", 1L)),
            List.of(
                new StageCounts("read", rows + 1, 1, 0, 0),
                new StageCounts("tokenise", rows, 0, 0, 0)),
            counts,
            new LengthQuantiles(22, 97),
            ShardManifest.contentSha256(counts));
    Files.writeString(folder.resolve("manifest.json"), manifest.toJson());
  }

  private static SiloCounts silo(String name, long rows, Map<String, Long> categories) {
    LengthHistogram lengths = new LengthHistogram(new TreeMap<>(Map.of(20, rows - 1, 96, 1L)));
    return new SiloCounts(
        name,
        counts(rows),
        ShardCounts.EMPTY,
        ShardCounts.EMPTY,
        0,
        new SiloProfile(
            new CategoryMix(new TreeMap<>(categories)), lengths, new LengthQuantiles(23, 99)));
  }

  private static ShardCounts counts(long rows) {
    return new ShardCounts(rows, 30 * rows, 10 * rows, 0, "00");
  }

  private int run(String... arguments) {
    var console = new Console(new PrintWriter(out, true), new PrintWriter(err, true), false);
    return CommandLineRunner.run(console, arguments);
  }
}
