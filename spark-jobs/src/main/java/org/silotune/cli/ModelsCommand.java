package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.fed.job.LoadedBase;
import org.silotune.fed.job.TextTable;
import org.silotune.llm.NearestName;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.hub.RegisteredModel;
import org.silotune.llm.model.LinearSpec;
import org.silotune.prep.job.PrepareConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The models that have a name: which there are, and getting them onto this machine. */
@Command(
    name = "models",
    description = "Lists, fetches, checks, describes and removes base models.",
    footer = {
      "",
      "Examples:",
      "  silotune models                              what there is, and what is on this machine",
      "  silotune models fetch smollm2-135m-instruct  fetch it now, so that runs work --offline",
      "  silotune models check smollm2-135m-instruct  read the file again and compare its sha256",
      "  silotune models describe path/to/model.gguf  family, sizes, chat template, LoRA targets",
      "  silotune models remove smollm2-135m-instruct delete it and what was converted from it",
      "",
      "Models are kept in $SILOTUNE_CACHE, else $XDG_CACHE_HOME/silotune, else ~/.cache/silotune."
    })
final class ModelsCommand extends Subcommand {

  /** What to do. */
  enum Action {
    LIST,
    FETCH,
    CHECK,
    DESCRIBE,
    REMOVE
  }

  @Parameters(
      index = "0",
      arity = "0..1",
      defaultValue = "list",
      paramLabel = "ACTION",
      description = "list (default), fetch, check, describe or remove.")
  private Action action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A name from the list; describe also takes a folder or .gguf file.")
  private String model;

  @Option(names = "--offline", description = "Fetch nothing.")
  private boolean offline;

  private final ModelHub hub = new ModelHub(ModelCache.standard());

  ModelsCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    if (action == Action.LIST) {
      return list();
    }
    if (model == null) {
      throw new ConfigException(
          "Missing MODEL: known are " + String.join(", ", hub.registry().names()));
    }
    return switch (action) {
      case FETCH -> fetch();
      case CHECK -> check();
      case LIST -> list();
      case DESCRIBE -> describe();
      case REMOVE -> remove();
    };
  }

  private ObjectNode list() {
    var result = JSON.createObjectNode();
    var models = result.putArray("models");
    var table = new TextTable("model", "on this machine", "licence", "what it is");
    for (var each : hub.registry().models()) {
      var path = hub.cached(each);
      table.row(each.name(), path.isPresent() ? "yes" : "no", each.licence(), each.summary());
      var node = models.addObject().put("name", each.name()).put("licence", each.licence());
      node.put("summary", each.summary()).put("path", path.map(Path::toString).orElse(null));
    }
    console.out(table.toString());
    return result;
  }

  private ObjectNode fetch() {
    var location =
        hub.obtain(
            registered().name(),
            offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE,
            new ConsoleFetchProgress(console));
    console.out("%s: %s".formatted(location.name(), location.path()));
    return JSON.createObjectNode()
        .put("model", location.name())
        .put("path", location.path().toString());
  }

  private ObjectNode check() {
    var each = registered();
    var sha256 = hub.check(each, new ConsoleFetchProgress(console));
    console.out("%s: complete, sha256 %s".formatted(each.name(), sha256));
    return JSON.createObjectNode().put("model", each.name()).put("sha256", sha256);
  }

  private ObjectNode describe() {
    var policy = offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE;
    var base =
        LoadedBase.open(hub, policy, model, PrepareConfig.AUTO_TEMPLATE, new JobConsole(console));
    var config = base.decoder().config();
    var linears = base.decoder().linears().stream().map(LinearSpec::module).toList();
    var facts = new TextLines();
    facts.add("model", base.model().name());
    facts.add("path", base.path().toString());
    facts.add("family", config.modelType());
    facts.add("layers", "%d of width %d".formatted(config.layerCount(), config.hiddenSize()));
    facts.add("vocabulary", "" + config.vocabularySize());
    facts.add("context", config.contextLength() + " tokens");
    facts.add("chat template", base.templateName());
    facts.add("LoRA targets", String.join(", ", linears));
    facts.add("weights sha256", base.model().sha256());
    facts.add("tokenizer sha256", base.model().tokenizerSha256());
    console.out(facts.toString());
    var json =
        JSON.createObjectNode()
            .put("model", base.model().name())
            .put("path", base.path().toString())
            .put("family", config.modelType())
            .put("layers", config.layerCount())
            .put("hidden_size", config.hiddenSize())
            .put("vocabulary", config.vocabularySize())
            .put("context", config.contextLength())
            .put("template", base.templateName())
            .put("sha256", base.model().sha256())
            .put("tokenizer_sha256", base.model().tokenizerSha256());
    linears.forEach(json.withArray("lora_targets")::add);
    return json;
  }

  private ObjectNode remove() {
    var each = registered();
    long bytes = hub.remove(each, new ConsoleFetchProgress(console));
    console.out("%s: %,d MB freed".formatted(each.name(), bytes / 1_000_000));
    return JSON.createObjectNode().put("model", each.name()).put("bytes_freed", bytes);
  }

  private RegisteredModel registered() {
    var names = hub.registry().names();
    return hub.registry()
        .find(model)
        .orElseThrow(
            () ->
                new ConfigException(
                    "Unknown model %s%s: known are %s"
                        .formatted(
                            model, NearestName.hint(model, names), String.join(", ", names))));
  }
}
