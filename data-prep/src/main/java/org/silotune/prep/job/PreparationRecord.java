package org.silotune.prep.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.silotune.prep.source.InstructionSource;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.Dirichlet;
import org.silotune.prep.split.Iid;
import org.silotune.prep.split.SiloPartitioner;

/** The settings of a preparation as a manifest keeps them: all that shaped it, no path. */
final class PreparationRecord {

  private PreparationRecord() {}

  static ObjectNode of(PrepareConfig config, InstructionSource source) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    ObjectNode from = json.putObject("source");
    from.put("format", source.format());
    source.files().forEach(from.withArray("files")::add);
    ObjectNode columns = from.putObject("columns");
    config.source().columns().used().forEach(columns::put);
    json.set("silos", silos(config.silos()));
    json.putObject("holdout")
        .put("validation", config.holdout().validation())
        .put("test", config.holdout().test());
    json.put("overlong", config.overlong().name().toLowerCase(Locale.ROOT));
    json.put("allow-empty-silos", config.allowEmptySilos());
    return json;
  }

  private static ObjectNode silos(SiloPartitioner silos) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (silos instanceof ByColumn byColumn) {
      return json.put("kind", ByColumn.NAME).put("column", byColumn.column());
    }
    if (silos instanceof Iid iid) {
      return json.put("kind", Iid.NAME).put("count", iid.count());
    }
    Dirichlet dirichlet = (Dirichlet) silos;
    return json.put("kind", Dirichlet.NAME)
        .put("count", dirichlet.count())
        .put("alpha", dirichlet.alpha());
  }
}
