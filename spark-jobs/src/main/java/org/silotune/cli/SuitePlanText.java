package org.silotune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.silotune.fed.job.TextTable;
import org.silotune.suite.job.SuitePlan;
import org.silotune.suite.job.SuitePlan.CellPlan;

/** A suite's plan as the command says it: a table for people, one object for programs. */
final class SuitePlanText {

  private final String suite;
  private final SuitePlan plan;

  SuitePlanText(String suite, SuitePlan plan) {
    this.suite = suite;
    this.plan = plan;
  }

  String text() {
    var table = new TextTable("cell", "seeds", "tokens", "training", "scoring", "a cell", "all");
    rows().values().forEach(cells -> row(table, cells));
    long done = plan.cells().stream().filter(CellPlan::done).count();
    return "Plan of suite %s: nothing was trained\n%s\n\n%s"
        .formatted(
            suite,
            table,
            String.format(
                Locale.ROOT,
                "%d cells, %d of them done; preparing %.0f s; in all %s (%.0f s)",
                plan.cells().size(),
                done,
                plan.prepareSeconds(),
                minutes(plan.seconds()),
                plan.seconds()));
  }

  /** The cells that differ in their seed alone. */
  private Map<String, List<CellPlan>> rows() {
    Map<String, List<CellPlan>> rows = new LinkedHashMap<>();
    for (var each : plan.cells()) {
      rows.computeIfAbsent(title(each), title -> new ArrayList<>()).add(each);
    }
    return rows;
  }

  private static String title(CellPlan plan) {
    return plan.cell().title().replaceFirst(", seed -?\\d+", "");
  }

  private static void row(TextTable table, List<CellPlan> cells) {
    var first = cells.get(0);
    double all = cells.stream().mapToDouble(CellPlan::seconds).sum();
    table.row(
        title(first),
        Integer.toString(cells.size()),
        "%,d".formatted(first.tokens()),
        seconds(first.trainSeconds()),
        seconds(first.scoreSeconds()),
        seconds(first.trainSeconds() + first.scoreSeconds() + first.overheadSeconds()),
        all == 0 ? "done" : seconds(all));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.0f s", seconds);
  }

  private static String minutes(double seconds) {
    return "%d min".formatted(Math.round(seconds / 60));
  }

  ObjectNode json() {
    var json = Subcommand.JSON.createObjectNode().put("dry_run", true).put("suite", suite);
    json.put("prepare_seconds", plan.prepareSeconds()).put("seconds", plan.seconds());
    var cells = json.putArray("cells");
    for (var each : plan.cells()) {
      cells
          .addObject()
          .put("cell", each.cell().id())
          .put("done", each.done())
          .put("tokens", each.tokens())
          .put("train_seconds", each.trainSeconds())
          .put("score_seconds", each.scoreSeconds())
          .put("seconds", each.seconds());
    }
    return json;
  }
}
