package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.silotune.fed.job.TextTable;
import org.silotune.prep.shard.CategoryMix;
import org.silotune.prep.shard.LengthHistogram;
import org.silotune.prep.shard.LengthQuantiles;
import org.silotune.prep.shard.ShardManifest;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.SiloProfile;

/** What the examples of every silo are like: lengths, mix of categories, how far from all silos. */
final class SiloProfileText {

  private static final String BARS = " ▁▂▃▄▅▆▇█";
  private static final int SHOWN_CATEGORIES = 3;

  private final List<SiloCounts> silos;
  private final SiloProfile all;

  SiloProfileText(ShardManifest manifest) {
    silos = manifest.silos();
    var sum = silos.stream().map(SiloCounts::profile).reduce(SiloProfile.EMPTY, SiloProfile::plus);
    all = new SiloProfile(sum.categories(), sum.lengths(), manifest.lengths());
  }

  /** Returns whether the folder was made by a version that looked at its rows. */
  boolean isKnown() {
    return all.lengths().total() > 0;
  }

  String text() {
    int first = doubling(all.lengths().first());
    int last = doubling(all.lengths().last());
    var table =
        new TextTable(
            "silo",
            "rows",
            "median",
            "p95",
            "lengths %d-%d".formatted(1 << first, (2 << last) - 1),
            "divergence",
            "categories");
    for (var silo : silos) {
      row(table, silo.name(), silo.profile(), first, last);
    }
    row(table, "all silos", all, first, last);
    return table
        + "\n\nLengths are tokens; a bar is a doubling. Divergence is Jensen-Shannon's, in bits (0 to 1), of the"
        + " silo's categories from those of all silos.";
  }

  ArrayNode json() {
    var array = Subcommand.JSON.createArrayNode();
    for (var silo : silos) {
      var profile = silo.profile();
      var known = Optional.of(profile.quantiles()).filter(LengthQuantiles::areKnown);
      var divergence = profile.categories().divergenceFrom(all.categories());
      var json =
          array
              .addObject()
              .put("silo", silo.name())
              .put("rows", silo.exampleCount())
              .put("median_length", known.map(LengthQuantiles::median).orElse(null))
              .put("p95_length", known.map(LengthQuantiles::p95).orElse(null))
              .put("divergence", divergence.isPresent() ? divergence.getAsDouble() : null);
      var lengths = json.putObject("lengths");
      profile.lengths().examples().forEach((bucket, rows) -> lengths.put("" + bucket, rows));
      profile.categories().rows().forEach(json.putObject("categories")::put);
    }
    return array;
  }

  private void row(TextTable table, String name, SiloProfile profile, int first, int last) {
    table.row(
        name,
        "" + profile.lengths().total(),
        length(profile.quantiles().median()),
        length(profile.quantiles().p95()),
        bars(profile.lengths(), first, last),
        divergence(profile.categories()),
        categories(profile.categories()));
  }

  private static String length(int tokens) {
    return tokens == 0 ? "-" : "" + tokens;
  }

  private String divergence(CategoryMix mix) {
    var divergence = mix.divergenceFrom(all.categories());
    return divergence.isPresent()
        ? String.format(Locale.ROOT, "%.3f", divergence.getAsDouble())
        : "-";
  }

  private static String categories(CategoryMix mix) {
    var largest =
        mix.rows().entrySet().stream()
            .sorted(
                Comparator.comparing(Map.Entry<String, Long>::getValue, Comparator.reverseOrder())
                    .thenComparing(Map.Entry::getKey))
            .limit(SHOWN_CATEGORIES)
            .map(
                category ->
                    String.format(
                        Locale.ROOT,
                        "%s %.0f %%",
                        shown(category.getKey()),
                        100.0 * category.getValue() / mix.total()))
            .collect(Collectors.joining(", "));
    int more = mix.rows().size() - SHOWN_CATEGORIES;
    return more > 0 ? "%s, %d more".formatted(largest, more) : largest;
  }

  static String shown(String category) {
    return category.isEmpty() ? "(none)" : category;
  }

  private static String bars(LengthHistogram lengths, int first, int last) {
    long[] counts = new long[last - first + 1];
    lengths.examples().forEach((bucket, rows) -> counts[doubling(bucket) - first] += rows);
    long most = java.util.stream.LongStream.of(counts).max().orElse(0);
    var bars = new StringBuilder();
    for (long count : counts) {
      int height = most == 0 ? 0 : (int) ((count * (BARS.length() - 1) + most - 1) / most);
      bars.append(BARS.charAt(height));
    }
    return bars.toString();
  }

  /** The power of two at or below a length. */
  private static int doubling(int length) {
    return length == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(length);
  }
}
