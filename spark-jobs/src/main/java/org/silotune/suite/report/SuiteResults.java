package org.silotune.suite.report;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.suite.cell.Arm;
import org.silotune.suite.cell.Cell;
import org.silotune.suite.cell.CellResult;

/**
 * All that a suite found so far.
 *
 * @param suite its name
 * @param scale its scale
 * @param model the base model's name
 * @param cells those that it has, in order
 * @param results of the cells that have ended
 * @param notes what a reader must know to judge the results of a data set, by its name
 * @param facts what else a reader must know, each a name and a value
 * @param command that makes the report again
 */
public record SuiteResults(
    String suite,
    String scale,
    String model,
    List<Cell> cells,
    List<CellResult> results,
    SortedMap<String, String> notes,
    List<Fact> facts,
    String command) {

  /** A name and a value. */
  public record Fact(String name, String value) {}

  public SuiteResults {
    requireNonNull(suite, "suite");
    requireNonNull(scale, "scale");
    requireNonNull(model, "model");
    requireNonNull(command, "command");
    cells = List.copyOf(cells);
    results = List.copyOf(results);
    notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    facts = List.copyOf(facts);
  }

  /** Returns the results of each data set and adapter, in the order of the cells. */
  public List<Comparison> comparisons() {
    Set<List<String>> keys = new LinkedHashSet<>();
    cells.stream()
        .filter(cell -> cell.arm() != Arm.BASE)
        .forEach(cell -> keys.add(List.of(cell.dataset(), cell.adapter())));
    List<Comparison> comparisons = new ArrayList<>();
    for (List<String> key : keys) {
      comparisons.add(comparison(key.get(0), key.get(1)));
    }
    return comparisons;
  }

  private Comparison comparison(String dataset, String adapter) {
    return new Comparison(
        dataset,
        adapter,
        cells.stream()
            .filter(cell -> cell.dataset().equals(dataset))
            .filter(cell -> cell.arm() == Arm.BASE || cell.adapter().equals(adapter))
            .toList(),
        results.stream().filter(CellResult::done).toList());
  }

  /** Returns the result of a cell, if it has ended. */
  public Optional<CellResult> of(Cell cell) {
    return results.stream().filter(result -> result.cell().equals(cell)).findFirst();
  }

  /** Returns the cells that have no numbers, in order. */
  public List<Cell> missing() {
    return cells.stream().filter(cell -> !of(cell).map(CellResult::done).orElse(false)).toList();
  }
}
