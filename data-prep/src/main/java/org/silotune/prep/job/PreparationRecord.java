package org.silotune.prep.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.Dirichlet;
import org.silotune.prep.split.Iid;
import org.silotune.prep.split.InnerDirichlet;
import org.silotune.prep.split.NaturalId;
import org.silotune.prep.split.Pathological;
import org.silotune.prep.split.Shards;
import org.silotune.prep.split.SiloPartitioner;
import org.silotune.prep.split.SizeSkewed;

/** The settings of a preparation as a manifest keeps them: all that shaped it, no path. */
final class PreparationRecord {

  private PreparationRecord() {}

  /**
   * Returns the settings of a folder that is prepared at once.
   *
   * @param files names of all its files
   * @param content what tells the content of the source from any other, where that is kept
   */
  static ObjectNode of(
      PrepareConfig config, String format, Collection<String> files, Optional<String> content) {
    ObjectNode json = of(config, format, files);
    json.remove("incremental");
    content.ifPresent(text -> json.withObject("/source").put("content", text));
    return json;
  }

  /**
   * Returns the settings of a folder that takes in new rows.
   *
   * @param files names of all its files
   */
  static ObjectNode of(PrepareConfig config, String format, Collection<String> files) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode from = json.putObject("source");
    config.source().dataset().ifPresent(name -> from.put("dataset", name));
    from.put("format", format);
    files.forEach(from.withArray("files")::add);
    ObjectNode columns = from.putObject("columns");
    config.source().columns().used().forEach(columns::put);
    json.set("silos", silos(config.silos()));
    json.set("stages", StagesRecord.of(config.stages()));
    json.putObject("holdout")
        .put("validation", config.holdout().validation())
        .put("test", config.holdout().test());
    json.put("overlong", name(config.overlong()));
    config
        .incremental()
        .ifPresent(
            incremental -> {
              ObjectNode node = json.putObject("incremental");
              incremental.highWater().ifPresent(column -> node.put("high-water", column));
            });
    return json;
  }

  static ObjectNode silos(SiloPartitioner silos) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (silos instanceof ByColumn byColumn) {
      return json.put("kind", ByColumn.NAME).put("column", byColumn.column());
    }
    if (silos instanceof NaturalId id) {
      return json.put("kind", NaturalId.NAME)
          .put("column", id.column())
          .put("min-rows", id.minRows());
    }
    if (silos instanceof Iid iid) {
      return json.put("kind", Iid.NAME).put("count", iid.count());
    }
    if (silos instanceof Dirichlet dirichlet) {
      return json.put("kind", Dirichlet.NAME)
          .put("count", dirichlet.count())
          .put("alpha", dirichlet.alpha());
    }
    if (silos instanceof InnerDirichlet inner) {
      return json.put("kind", InnerDirichlet.NAME)
          .put("count", inner.count())
          .put("alpha", inner.alpha());
    }
    if (silos instanceof Pathological pathological) {
      return json.put("kind", Pathological.NAME)
          .put("count", pathological.count())
          .put("categories", pathological.categories())
          .put("choice", name(pathological.choice()));
    }
    if (silos instanceof Shards shards) {
      return json.put("kind", Shards.NAME)
          .put("count", shards.count())
          .put("shards", shards.shards());
    }
    SizeSkewed skewed = (SizeSkewed) silos;
    return json.put("kind", SizeSkewed.NAME)
        .put("count", skewed.count())
        .put("growth", name(skewed.growth()));
  }

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
