package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.silotune.cli.experiment.ConfigException;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.ModelHub;
import org.silotune.suite.SuiteException;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.config.Suite;
import org.silotune.suite.job.SuiteJob;
import org.silotune.suite.job.SuiteOutcome;
import org.silotune.suite.job.SuitePlanJob;
import org.silotune.suite.job.SuiteRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A suite of experiments, from files to a report. */
@Command(
    name = "benchmark",
    description = {
      "Runs a suite: global, federated and each silo alone, by data set, adapter and seed.",
      "",
      "The same command goes on with the cell that was interrupted, tries failed cells again and"
          + " leaves the others. It ends with tables, and with a report as HTML and Markdown."
    },
    footer = {
      "",
      "Examples:",
      "  silotune benchmark submit/experiments/fs-llm.yaml --scale tiny",
      "  silotune benchmark submit/experiments/fs-llm.yaml --data DIR --dry-run    (time, and stop)",
      "  silotune benchmark submit/experiments/fs-llm.yaml --data DIR",
      "  silotune benchmark submit/experiments/fs-llm.yaml --data-sets fed-gsm8k-3 --seeds 1,2,3,4,5"
    })
final class BenchmarkCommand extends Subcommand {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  private static final int NAMED_CELLS = 3;

  @Mixin private SuiteOptions options;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "suites",
      description = "Folder of suites, a path or URI; default ${DEFAULT-VALUE}.")
  private String output;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The suite's name in it; default its own and the scale's.")
  private @Nullable String id;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where the report goes; default report in the suite's folder.")
  private @Nullable String report;

  @Option(
      names = "--dry-run",
      description = {
        "Print what each cell will take and stop. Trains nothing and writes no suite; data are"
            + " prepared into a temporary folder of this machine."
      })
  private boolean dryRun;

  @Option(
      names = "--offline",
      description = "Fetch nothing: a registered model must be in the cache.")
  private boolean offline;

  BenchmarkCommand(Console console) {
    super(console);
  }

  @Override
  ObjectNode execute() {
    var request = request(options.read());
    var listener = new JobConsole(console);
    if (dryRun) {
      var shown = new SuitePlanText(request.id(), SuitePlanJob.run(request, listener));
      console.out(shown.text());
      return shown.json();
    }
    var outcome = SuiteJob.run(request, listener);
    console.out(outcome.findings());
    console.out(
        "\nReport: %s/report.html\nTables: %s".formatted(outcome.report(), outcome.tables()));
    if (!outcome.missing().isEmpty()) {
      throw new SuiteException(unfinished(request.id(), outcome));
    }
    return json(request, outcome);
  }

  private SuiteRequest request(Suite suite) {
    var name = id == null ? "%s-%s".formatted(suite.name(), options.scale()) : id;
    if (!ID.matcher(name).matches()) {
      throw new ConfigException(
          "Invalid --id '%s': must be 1 to 80 letters, digits, dots, dashes or underscores, starting with a letter or digit"
              .formatted(name));
    }
    return new SuiteRequest(
        suite,
        name,
        "%s/%s".formatted(Places.absolute(output), name),
        Optional.ofNullable(report).map(Places::absolute),
        options.words(),
        new ModelHub(ModelCache.standard()),
        offline ? FetchPolicy.OFFLINE : FetchPolicy.ONLINE);
  }

  private static String unfinished(String id, SuiteOutcome outcome) {
    var missing = outcome.missing();
    var named =
        missing.stream().limit(NAMED_CELLS).map(Cell::title).collect(Collectors.joining("; "));
    return "Cannot finish suite %s: %d of %d cells failed: %s%s; the report has the reasons, and the same command tries them again"
        .formatted(
            id,
            missing.size(),
            outcome.cells(),
            named,
            missing.size() > NAMED_CELLS ? "; ..." : "");
  }

  private static ObjectNode json(SuiteRequest request, SuiteOutcome outcome) {
    var json = JSON.createObjectNode();
    json.put("suite", request.id()).put("cells", outcome.cells()).put("run", outcome.run());
    json.put("report", outcome.report()).put("tables", outcome.tables());
    var claims = json.putArray("claims");
    for (var claim : outcome.claims()) {
      claims
          .addObject()
          .put("data_set", claim.dataSet())
          .put("adapter", claim.adapter())
          .put("measure", claim.measure())
          .put("claim", "%s > %s".formatted(claim.better(), claim.worse()))
          .put("advantage", claim.advantage())
          .put("low", claim.low())
          .put("high", claim.high())
          .put("seeds", claim.seeds())
          .put("verdict", claim.verdict());
    }
    return json;
  }
}
