package org.silotune.prep.job;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silotune.prep.shard.CategoryMix;
import org.silotune.prep.shard.ShardCounts;
import org.silotune.prep.shard.SiloCounts;
import org.silotune.prep.shard.SiloProfile;
import org.silotune.prep.shard.Split;
import org.silotune.prep.shard.VersionWriter;

/** The silos of a folder as a version leaves them: those without new rows stay as they are. */
final class VersionSilos {

  private final SortedMap<String, SiloCounts> kept = new TreeMap<>();
  private final int version;

  /**
   * The silos before a version.
   *
   * @param before of the version before
   * @param stale those of which no earlier row counts any more
   */
  VersionSilos(List<SiloCounts> before, SortedSet<String> stale, int version) {
    before.stream()
        .filter(silo -> !stale.contains(silo.name()))
        .forEach(silo -> kept.put(silo.name(), silo));
    this.version = version;
  }

  /**
   * Returns the counts of all silos, in name order.
   *
   * @param totals of all rows that count
   * @param written silos that the version has rows of
   * @param profiles of the version's rows
   */
  List<SiloCounts> counts(
      SiloTotals totals, SortedSet<String> written, SiloProfiles profiles, VersionWriter writer) {
    TreeMap<String, List<Integer>> versions = new TreeMap<>();
    written.forEach(
        silo ->
            versions.put(
                silo,
                Stream.concat(earlier(silo).versions().stream(), Stream.of(version)).toList()));
    SortedMap<String, SiloCounts> counted = new TreeMap<>();
    writer.count(versions).forEach(silo -> counted.put(silo.name(), silo));
    List<SiloCounts> all = new ArrayList<>();
    for (String name : totals.silos()) {
      SiloCounts earlier = earlier(name);
      SiloCounts now = counted.getOrDefault(name, earlier);
      all.add(
          new SiloCounts(
              name,
              now.train().withTruncatedCount(totals.truncated(name, Split.TRAIN)),
              now.validation().withTruncatedCount(totals.truncated(name, Split.VALIDATION)),
              now.test().withTruncatedCount(totals.truncated(name, Split.TEST)),
              totals.quarantined(name),
              sum(earlier.profile(), profiles.of(name)),
              versions.getOrDefault(name, earlier.versions())));
    }
    return all;
  }

  private SiloCounts earlier(String name) {
    return kept.getOrDefault(
        name, new SiloCounts(name, ShardCounts.EMPTY, ShardCounts.EMPTY, ShardCounts.EMPTY, 0));
  }

  /** A mix that leaves rows out would be none of the silo. */
  private static SiloProfile sum(SiloProfile a, SiloProfile b) {
    if (a.lengths().total() == 0 || b.lengths().total() == 0) {
      return a.lengths().total() == 0 ? b : a;
    }
    SiloProfile sum = a.plus(b);
    return sum.categories().total() == sum.lengths().total()
        ? sum
        : new SiloProfile(CategoryMix.EMPTY, sum.lengths(), sum.quantiles());
  }
}
