package org.silotune.suite.job;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.SiloTuneVersion;
import org.silotune.llm.script.EngineIdentity;
import org.silotune.suite.config.Suite;
import org.silotune.suite.config.SuiteDataset;
import org.silotune.suite.config.SuiteSetting;
import org.silotune.suite.report.SuiteResults.Fact;

/** What a reader of a report must know of the suite to make it again. */
final class SuiteFacts {

  private SuiteFacts() {}

  static List<Fact> of(Suite suite, LoadedBase base) {
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("SiloTune", SiloTuneVersion.NUMBER));
    facts.add(new Fact("machine of the last start", Machine.ofThisProcess().words()));
    facts.add(new Fact("base model", base.model().name()));
    facts.add(new Fact("sha256 of its weights", base.model().sha256()));
    facts.add(new Fact("precision", suite.experiment().precision().label()));
    var engine = EngineIdentity.ofThisProcess();
    facts.add(new Fact("libtorch", "%s, %s".formatted(engine.libtorch(), engine.cpuCapability())));
    facts.add(new Fact("Spark master", suite.experiment().spark().master().orElse("as started")));
    for (SuiteDataset dataset : suite.datasets()) {
      var scale = dataset.scale();
      facts.add(
          new Fact(
              dataset.name(),
              "%s silos at most; of each an equal part of %s training, %s validation and %s test rows; tasks: %s"
                  .formatted(
                      text(scale.silos()),
                      text(scale.train()),
                      text(scale.validation()),
                      text(scale.test()),
                      tasks(dataset))));
      for (String adapter : adapters(dataset)) {
        facts.add(
            new Fact("%s, %s".formatted(dataset.name(), adapter), training(dataset, adapter)));
      }
    }
    return facts;
  }

  private static List<String> adapters(SuiteDataset dataset) {
    return dataset.settings().stream().map(SuiteSetting::adapter).distinct().toList();
  }

  private static String training(SuiteDataset dataset, String adapter) {
    var settings =
        dataset.settings().stream().filter(each -> each.adapter().equals(adapter)).toList();
    return settings.get(0).resolved().entrySet().stream()
        .filter(
            key ->
                key.getKey().startsWith("lora.")
                    || key.getKey().startsWith("local.")
                    || key.getKey().equals("federated.rounds")
                    || key.getKey().equals("federated.server")
                    || key.getKey().equals("data.max-length"))
        .map(key -> "%s: %s".formatted(key.getKey(), key.getValue()))
        .collect(
            Collectors.joining(
                "; ",
                "",
                "; seeds "
                    + settings.stream()
                        .map(each -> Long.toString(each.seed()))
                        .collect(Collectors.joining(", "))));
  }

  private static String tasks(SuiteDataset dataset) {
    return dataset.tasks().isEmpty()
        ? "none"
        : dataset.tasks().stream()
            .map(task -> "%s (first %d)".formatted(task.config().id(), task.limit()))
            .collect(Collectors.joining(", "));
  }

  private static String text(OptionalInt limit) {
    return limit.isPresent() ? Integer.toString(limit.getAsInt()) : "all";
  }
}
