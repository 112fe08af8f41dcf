package org.silotune.cli;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.silotune.chart.Svg;
import org.silotune.prep.shard.CategoryMix;
import org.silotune.prep.shard.LengthHistogram;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.SiloProfile;
import org.silotune.prep.shard.Split;

/**
 * A picture of prepared data, one line a silo: its rows by split, its mix of categories with the
 * divergence from that of all silos, and its histogram of lengths.
 */
final class SiloPlot {

  /** More silos than these make no picture: the largest are drawn, and the picture says so. */
  private static final int MOST_SILOS = 60;

  private static final List<String> COLOURS =
      List.of(
          "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee8866", "#44bb99",
          "#99bbdd");
  private static final String OTHER = "#bbbbbb";
  private static final Map<Split, String> SPLITS =
      Map.of(Split.TRAIN, "#4477aa", Split.VALIDATION, "#ccbb44", Split.TEST, "#ee6677");

  private static final int TOP = 66;
  private static final int LINE = 26;
  private static final int BAR = 18;
  private static final int NAMES = 170;
  private static final int ROWS = 180;
  private static final int ROWS_WIDTH = 240;
  private static final int MIX = 500;
  private static final int MIX_WIDTH = 260;
  private static final int LENGTHS = 830;
  private static final int LENGTHS_WIDTH = 250;
  private static final int WIDTH = 1100;

  private final List<SiloCounts> silos;
  private final int siloCount;
  private final SiloProfile all;
  private final Map<String, String> colours = new LinkedHashMap<>();

  SiloPlot(ShardManifest manifest) {
    siloCount = manifest.silos().size();
    silos =
        manifest.silos().stream()
            .sorted(Comparator.comparing(SiloCounts::exampleCount).reversed())
            .limit(MOST_SILOS)
            .sorted(Comparator.comparing(SiloCounts::name))
            .toList();
    all =
        manifest.silos().stream()
            .map(SiloCounts::profile)
            .reduce(SiloProfile.EMPTY, SiloProfile::plus);
    all.categories().rows().entrySet().stream()
        .sorted(
            Comparator.comparing(Map.Entry<String, Long>::getValue, Comparator.reverseOrder())
                .thenComparing(Map.Entry::getKey))
        .limit(COLOURS.size())
        .forEach(category -> colours.put(category.getKey(), COLOURS.get(colours.size())));
  }

  String svg() {
    int legend = TOP + LINE * (silos.size() + 1) + 24;
    var svg = new Svg(WIDTH, legend + 20 * (colours.size() / 4 + 1) + 10);
    svg.text(
        10,
        20,
        siloCount > silos.size()
            ? "The %d largest of %d silos".formatted(silos.size(), siloCount)
            : "%d silos".formatted(siloCount));
    svg.heading(ROWS, TOP - 12, "rows: train, validation, test");
    svg.heading(MIX, TOP - 12, "categories, divergence in bits");
    svg.heading(
        LENGTHS,
        TOP - 12,
        "tokens of an example, %d to %d".formatted(all.lengths().first(), end(all.lengths())));
    long most = silos.stream().mapToLong(SiloCounts::exampleCount).max().orElse(0);
    int y = TOP;
    for (var silo : silos) {
      name(svg, y, silo.name());
      rows(svg, y, silo, most);
      profile(svg, y, silo.profile());
      y += LINE;
    }
    name(svg, y, "all silos");
    svg.text(ROWS, y + 13, "" + all.lengths().total());
    profile(svg, y, all);
    legend(svg, legend);
    return svg.document();
  }

  private static int end(LengthHistogram lengths) {
    return lengths.last() == 0 ? 0 : LengthHistogram.end(lengths.last());
  }

  private static void name(Svg svg, int y, String name) {
    svg.textBefore(NAMES, y + 13, name.length() > 24 ? name.substring(0, 23) + "…" : name);
  }

  private static void rows(Svg svg, int y, SiloCounts silo, long most) {
    double x = ROWS;
    for (var split : Split.values()) {
      long count = silo.of(split).exampleCount();
      double width = most == 0 ? 0 : (double) count / most * ROWS_WIDTH;
      svg.rectangle(x, y, width, BAR, SPLITS.get(split), "%s %d".formatted(split.label(), count));
      x += width;
    }
    svg.text(x + 5, y + 13, "" + silo.exampleCount());
  }

  private void profile(Svg svg, int y, SiloProfile profile) {
    mix(svg, y, profile.categories());
    lengths(svg, y, profile.lengths());
  }

  private void mix(Svg svg, int y, CategoryMix mix) {
    long total = mix.total();
    if (total == 0) {
      return;
    }
    double x = MIX;
    long named = 0;
    for (var category : colours.entrySet()) {
      long rows = mix.rows().getOrDefault(category.getKey(), 0L);
      double width = (double) rows / total * MIX_WIDTH;
      svg.rectangle(
          x,
          y,
          width,
          BAR,
          category.getValue(),
          "%s %d".formatted(SiloProfileText.shown(category.getKey()), rows));
      x += width;
      named += rows;
    }
    double rest = (double) (total - named) / total * MIX_WIDTH;
    svg.rectangle(x, y, rest, BAR, OTHER, "others %d".formatted(total - named));
    svg.text(
        MIX + MIX_WIDTH + 5,
        y + 13,
        String.format(Locale.ROOT, "%.3f", mix.divergenceFrom(all.categories()).orElseThrow()));
  }

  private void lengths(Svg svg, int y, LengthHistogram lengths) {
    var buckets = List.copyOf(all.lengths().examples().keySet());
    long most = lengths.examples().values().stream().mapToLong(n -> n).max().orElse(0);
    double width = buckets.isEmpty() ? 0 : (double) LENGTHS_WIDTH / buckets.size();
    for (int i = 0; i < buckets.size(); i++) {
      long count = lengths.examples().getOrDefault(buckets.get(i), 0L);
      double height = most == 0 ? 0 : (double) count / most * BAR;
      svg.rectangle(
          LENGTHS + i * width,
          y + BAR - height,
          Math.max(width - 1, 0.5),
          height,
          COLOURS.get(0),
          "from %d: %d".formatted(buckets.get(i), count));
    }
  }

  private void legend(Svg svg, int top) {
    var entries = new LinkedHashMap<>(colours);
    if (all.categories().rows().size() > colours.size()) {
      entries.put("others", OTHER);
    }
    int i = 0;
    for (var category : entries.entrySet()) {
      int x = NAMES + i % 4 * 220;
      int y = top + i / 4 * 20;
      svg.rectangle(x, y - 10, 12, 12, category.getValue(), "");
      svg.text(x + 18, y, SiloProfileText.shown(category.getKey()));
      i++;
    }
  }
}
