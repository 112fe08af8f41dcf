package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ExperimentFile;
import org.silotune.fed.job.RunReport;
import org.silotune.fed.job.RunSummary;
import org.silotune.fed.job.TrainJob;
import org.silotune.fed.job.TrainRequest;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelFetchException;
import org.silotune.llm.hub.ModelHub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The first run: the bundled experiment, on the bundled model where the other cannot be had. */
@Command(
    name = "quickstart",
    description = {
      "Fine-tunes a small model over the three bundled silos and shows what that changed.",
      "",
      "Where the model cannot be fetched, the bundled tiny one takes its place; the first and the"
          + " last line say so."
    },
    footer = {
      "",
      "Examples:",
      "  submit/quickstart.sh",
      "  submit/quickstart.sh --model tiny      no download, a minute",
      "  submit/quickstart.sh --json | tail -n 1"
    })
final class QuickstartCommand extends Subcommand {

  private static final String FALLBACK = "tiny";
  private static final String FALLBACK_EXPERIMENT = "quickstart-tiny.yaml";

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "smollm2-135m-instruct",
      description = "tiny or smollm2-135m-instruct; default ${DEFAULT-VALUE}.")
  private String model;

  @Option(names = "--offline", description = "Fetch nothing.")
  private boolean offline;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "runs",
      description = "Folder of runs; default ${DEFAULT-VALUE}.")
  private String output;

  @Option(
      names = "--experiment",
      paramLabel = "FILE",
      description =
          "The experiment; default the bundled quickstart.yaml. The tiny model takes"
              + " quickstart-tiny.yaml beside it.")
  private @Nullable Path experiment;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the experiment; may be repeated.")
  private List<String> overrides = List.of();

  QuickstartCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    var hub = new ModelHub(ModelCache.standard());
    var failure = obtain(hub);
    var chosen = failure.isPresent() ? FALLBACK : model;
    console.out(
        "SiloTune quickstart: %s over three silos on this machine%s"
            .formatted(chosen, failure.map(this::note).orElse("")));
    long began = System.nanoTime();
    var config = ExperimentFile.read(experimentOf(chosen), overrides).withModel(chosen);
    var request =
        new TrainRequest(
            config,
            ExperimentFile.toFlat(config),
            Optional.empty(),
            Places.absolute(output),
            "quickstart-" + RunIds.next());
    var summary = TrainJob.run(request, hub, FetchPolicy.OFFLINE, new JobConsole(console));
    var shown = new SummaryText(summary, new RunReport(summary, config.report().samples()));
    console.out("\n" + shown.text());
    console.out("\nThree commands worth typing next\n" + next(summary, experimentOf(chosen)));
    double seconds = (System.nanoTime() - began) * 1e-9;
    console.out(
        "\n"
            + String.format(Locale.ROOT, "Done in %.0f s with %s", seconds, chosen)
            + failure.map(this::note).orElse(""));
    var json = shown.json();
    failure.ifPresent(why -> json.put("fallback", why));
    return json.put("seconds", Math.round(seconds * 10) / 10.0);
  }

  /** A model of 2 M parameters needs other settings than one of 135 M. */
  private Path experimentOf(String chosen) {
    var file = BundledExperiment.orBundled(experiment, BundledExperiment.QUICKSTART);
    return chosen.equals(FALLBACK) ? file.resolveSibling(FALLBACK_EXPERIMENT) : file;
  }

  /** Returns why the model cannot be had, if it cannot. */
  private Optional<String> obtain(ModelHub hub) {
    try {
      hub.obtain(
          model,
          offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE,
          new ConsoleFetchProgress(console));
      return Optional.empty();
    } catch (ModelFetchException e) {
      return Optional.of(e.getMessage());
    }
  }

  private String note(String why) {
    return " (the bundled model, because %s could not be had: %s)".formatted(model, why);
  }

  private static String next(RunSummary summary, Path ran) {
    var run = summary.place("").replaceFirst("/$", "");
    return """
          submit/silotune generate --adapter %s --prompt "Tom has 4 pens and buys 3 more. How many pens does Tom have now?"
          submit/silotune evaluate %s
          submit/silotune train submit/experiments/%s --data DIR --set data.source.columns.id=none    (your own .jsonl files: silo, instruction, input, output)"""
        .formatted(run, run, ran.getFileName());
  }
}
