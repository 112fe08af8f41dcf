package org.silotune.prep.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.silotune.prep.source.InstructionRows;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Reads and rewrites rows that begin with the columns of {@link InstructionRows#SCHEMA}; by
 * position, for Spark hands rows of one typed step to the next without their schema.
 */
final class StagedRow {

  private static final StructType SCHEMA = InstructionRows.SCHEMA;
  private static final int REASON = SCHEMA.fieldIndex(InstructionRows.REASON);
  private static final int DETAIL = SCHEMA.fieldIndex(InstructionRows.DETAIL);
  private static final int STAGE = SCHEMA.fieldIndex(InstructionRows.STAGE);
  private static final int MARKS = SCHEMA.fieldIndex(InstructionRows.MARKS);
  private static final int MESSAGES = SCHEMA.fieldIndex(InstructionRows.MESSAGES);
  private static final int INSTRUCTION = SCHEMA.fieldIndex(InstructionRows.INSTRUCTION);
  private static final int INPUT = SCHEMA.fieldIndex(InstructionRows.INPUT);
  private static final int OUTPUT = SCHEMA.fieldIndex(InstructionRows.OUTPUT);
  private static final List<Integer> TEXTS = List.of(INSTRUCTION, INPUT, OUTPUT);

  private StagedRow() {}

  static boolean isDropped(Row row) {
    return !row.isNullAt(REASON);
  }

  /** Returns every text of a row, the empty ones left out, with a line feed between them. */
  static String text(Row row) {
    List<String> texts =
        row.isNullAt(MESSAGES)
            ? TEXTS.stream().map(row::getString).toList()
            : row.<Row>getList(MESSAGES).stream().map(turn -> turn.getString(1)).toList();
    return joined(texts);
  }

  /**
   * Returns what is asked and answered, without what it is about; none of a row that has no input,
   * and of a conversation, which does not tell them apart.
   */
  static Optional<String> task(Row row) {
    boolean hasInput = row.isNullAt(MESSAGES) && !row.getString(INPUT).isEmpty();
    return hasInput
        ? Optional.of(joined(List.of(row.getString(INSTRUCTION), row.getString(OUTPUT))))
        : Optional.empty();
  }

  /** Returns the answer, or all answers of a conversation with a line feed between them. */
  static String answer(Row row) {
    return row.isNullAt(MESSAGES)
        ? row.getString(OUTPUT)
        : joined(
            row.<Row>getList(MESSAGES).stream()
                .filter(turn -> turn.getString(0).equals("assistant"))
                .map(turn -> turn.getString(1))
                .toList());
  }

  /** Returns the row with every text edited, marked if that changed one. */
  static Row edited(Row row, String stage, UnaryOperator<String> edit) {
    List<Object> values = values(row);
    boolean changed = false;
    for (int at : TEXTS) {
      String text = edit.apply(row.getString(at));
      changed |= !text.equals(row.getString(at));
      values.set(at, text);
    }
    if (!row.isNullAt(MESSAGES)) {
      List<Row> turns = new ArrayList<>();
      for (Row turn : row.<Row>getList(MESSAGES)) {
        String content = edit.apply(turn.getString(1));
        changed |= !content.equals(turn.getString(1));
        turns.add(RowFactory.create(turn.getString(0), content));
      }
      values.set(MESSAGES, CollectionConverters.asScala(turns).toSeq());
    }
    return changed ? marked(row, values, stage) : row;
  }

  static Row marked(Row row, String stage) {
    return marked(row, values(row), stage);
  }

  static Row dropped(Row row, String stage, DropReason reason, String detail) {
    List<Object> values = values(row);
    values.set(REASON, reason.label());
    values.set(DETAIL, detail);
    values.set(STAGE, stage);
    return RowFactory.create(values.toArray());
  }

  private static Row marked(Row row, List<Object> values, String stage) {
    List<String> marks = new ArrayList<>();
    if (!row.isNullAt(MARKS)) {
      marks.addAll(row.getList(MARKS));
    }
    marks.add(stage);
    values.set(MARKS, CollectionConverters.asScala(marks).toSeq());
    return RowFactory.create(values.toArray());
  }

  private static String joined(List<String> texts) {
    return String.join("\n", texts.stream().filter(text -> !text.isEmpty()).toList());
  }

  private static List<Object> values(Row row) {
    List<Object> values = new ArrayList<>(row.length());
    for (int i = 0; i < row.length(); i++) {
      values.add(row.get(i));
    }
    return values;
  }
}
