package org.silotune.prep.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.silotune.prep.stage.Contamination;
import org.silotune.prep.stage.QualityFilter;
import org.silotune.prep.stage.StagesConfig;

/** The settings of the stages that there are, as a manifest keeps them: no path of a machine. */
final class StagesRecord {

  private StagesRecord() {}

  static ObjectNode of(StagesConfig stages) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (stages.normalise()) {
      json.put("normalise", true);
    }
    stages
        .language()
        .ifPresent(
            language -> {
              ObjectNode filter = json.putObject("language").put("margin", language.margin());
              language.keep().forEach(filter.withArray("keep")::add);
            });
    stages.quality().ifPresent(quality -> put(json.putObject("quality"), quality));
    stages
        .redact()
        .ifPresent(
            redact -> {
              ObjectNode patterns = json.putObject("redact").putObject("patterns");
              redact.patterns().forEach(patterns::put);
            });
    if (stages.exactDuplicates()) {
      json.put("exact-duplicates", true);
    }
    stages
        .nearDuplicates()
        .ifPresent(
            near ->
                json.putObject("near-duplicates")
                    .put("similarity", near.similarity())
                    .put("words", near.words()));
    stages.contamination().ifPresent(check -> put(json.putObject("contamination"), check));
    return json;
  }

  private static void put(ObjectNode json, Contamination check) {
    check
        .digests()
        .forEach(
            set ->
                json.withArray("sets")
                    .addObject()
                    .put("name", set.name())
                    .put("sha256", set.sha256()));
    json.put("words", check.words())
        .put("share", check.share())
        .put("action", PreparationRecord.name(check.action()));
  }

  private static void put(ObjectNode json, QualityFilter quality) {
    json.put("of", PreparationRecord.name(quality.of()));
    put(json, "min-words", quality.minWords());
    put(json, "max-words", quality.maxWords());
    put(json, "min-mean-word-length", quality.minMeanWordLength());
    put(json, "max-mean-word-length", quality.maxMeanWordLength());
    put(json, "max-symbol-ratio", quality.maxSymbolRatio());
    put(json, "min-alphabetic-words", quality.minAlphabeticWords());
    put(json, "max-bullet-lines", quality.maxBulletLines());
    put(json, "max-ellipsis-lines", quality.maxEllipsisLines());
    put(json, "min-stop-words", quality.minStopWords());
    put(json, "max-duplicate-lines", quality.maxDuplicateLines());
    put(json, "min-distinct-words", quality.minDistinctWords());
  }

  private static void put(ObjectNode json, String key, OptionalInt value) {
    value.ifPresent(number -> json.put(key, number));
  }

  private static void put(ObjectNode json, String key, OptionalDouble value) {
    value.ifPresent(number -> json.put(key, number));
  }
}
