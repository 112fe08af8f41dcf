package org.silotune.eval.task;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows half of which do not match: of four rows the last two exchange a field. Nothing is drawn, so
 * a row is the same however many follow. A row without a partner, and two rows that have the same
 * in the field, stay as they are.
 */
final class SwappedRows {

  /** The field that says whether a row's field is another's: true or false. */
  static final String SWAPPED = "swapped";

  private SwappedRows() {}

  static List<TaskRow> of(String field, List<TaskRow> rows, String user) {
    List<TaskRow> swapped = new ArrayList<>();
    for (TaskRow row : rows) {
      int place = row.number() - 1;
      int partner = place % 4 == 2 ? place + 1 : place % 4 == 3 ? place - 1 : place;
      Serializable own = row.value(field, user);
      Serializable other = partner < rows.size() ? rows.get(partner).value(field, user) : own;
      swapped.add(row.with(field, other).with(SWAPPED, Boolean.toString(!other.equals(own))));
    }
    return swapped;
  }
}
