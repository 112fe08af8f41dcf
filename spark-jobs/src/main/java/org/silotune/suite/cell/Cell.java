package org.silotune.suite.cell;

import static java.util.Objects.requireNonNull;

/**
 * One run of a suite, or the base model that it is compared with.
 *
 * @param dataset the data set's name in the suite
 * @param adapter the adapter's name in the suite, empty for the base model
 * @param seed 0 for the base model
 * @param arm who learns from what
 * @param silo that learns alone, empty for the other arms
 * @param id a name for files and runs, unique in the suite
 */
public record Cell(String dataset, String adapter, long seed, Arm arm, String silo, String id) {

  private static final int LONGEST_SILO = 24;

  public Cell {
    requireNonNull(dataset, "dataset");
    requireNonNull(adapter, "adapter");
    requireNonNull(arm, "arm");
    requireNonNull(silo, "silo");
    requireNonNull(id, "id");
  }

  /** Returns the cell of the base model. */
  public static Cell base(String dataset) {
    return new Cell(dataset, "", 0, Arm.BASE, "", dataset + ".base");
  }

  /** Returns a cell of all silos. */
  public static Cell of(String dataset, String adapter, long seed, Arm arm) {
    return new Cell(dataset, adapter, seed, arm, "", id(dataset, adapter, seed, arm.label()));
  }

  /**
   * Returns the cell of a silo alone.
   *
   * @param number of the silo, for names differ where their letters for files do not
   */
  public static Cell local(String dataset, String adapter, long seed, String silo, int number) {
    var letters = silo.replaceAll("[^A-Za-z0-9_-]", "-");
    var named =
        "%s-%02d-%s"
            .formatted(
                Arm.LOCAL.label(),
                number,
                letters.substring(0, Math.min(LONGEST_SILO, letters.length())));
    return new Cell(dataset, adapter, seed, Arm.LOCAL, silo, id(dataset, adapter, seed, named));
  }

  /** Returns what people call it. */
  public String title() {
    return switch (arm) {
      case BASE -> "%s, base model".formatted(dataset);
      case GLOBAL, FEDERATED ->
          "%s, %s, seed %d, %s".formatted(dataset, adapter, seed, arm.label());
      case LOCAL -> "%s, %s, seed %d, %s alone".formatted(dataset, adapter, seed, silo);
    };
  }

  private static String id(String dataset, String adapter, long seed, String rest) {
    return "%s.%s.seed%d.%s".formatted(dataset, adapter, seed, rest);
  }
}
