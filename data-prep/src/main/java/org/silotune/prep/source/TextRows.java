package org.silotune.prep.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.PreparationException;

/** The rows of a slice of a text file, made as they are asked for inside a task. */
final class TextRows implements Iterator<Row> {

  private final TextSlice slice;
  private final RowMapper mapper;
  private final TextSlice.Reading reading;
  private @Nullable Row next;

  private TextRows(TextSlice slice, RowMapper mapper) throws IOException {
    this.slice = slice;
    this.mapper = mapper;
    this.reading = slice.open();
    closeWithTask(reading);
    this.next = read();
  }

  /**
   * Returns the rows of a slice; the file is closed at its end or with the task.
   *
   * @throws PreparationException that names the file, here and from the rows, if it cannot be read
   */
  static Iterator<Row> of(TextSlice slice, RowMapper mapper) {
    try {
      return new TextRows(slice, mapper);
    } catch (IOException e) {
      throw unreadable(slice, e);
    }
  }

  /**
   * Returns the names of the columns in the well-formed records of a slice: all of them, or those
   * up to the record with which all {@code needed} ones are found.
   */
  static Set<String> columns(TextSlice slice, Collection<String> needed) {
    try {
      TextSlice.Reading reading = slice.open();
      try (RecordScanner scanner = reading.scanner()) {
        return columns(scanner, reading.parser(), needed);
      }
    } catch (IOException e) {
      throw unreadable(slice, e);
    }
  }

  private static Set<String> columns(
      RecordScanner scanner, RecordParser parser, Collection<String> needed) throws IOException {
    if (parser instanceof CsvParser csv) {
      return new TreeSet<>(csv.header());
    }
    Set<String> columns = new TreeSet<>();
    Optional<RawRecord> record = scanner.next();
    while (record.isPresent() && !columns.containsAll(needed)) {
      try {
        parser.parse(record.get()).fieldNames().forEachRemaining(columns::add);
      } catch (RejectedRecordException e) {
        // it goes to quarantine when its row is made
      }
      record = scanner.next();
    }
    return columns;
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Row next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Row row = next;
    try {
      next = read();
    } catch (IOException e) {
      throw unreadable(slice, e);
    }
    return row;
  }

  private @Nullable Row read() throws IOException {
    Optional<RawRecord> record = reading.scanner().next();
    if (record.isEmpty()) {
      reading.scanner().close();
      return null;
    }
    RowMapper.Origin origin = RowMapper.Origin.of(slice.file(), record.get().place());
    try {
      ObjectNode fields = reading.parser().parse(record.get());
      return mapper.row(origin, fields);
    } catch (RejectedRecordException e) {
      return RowMapper.rejected(origin, null, e);
    }
  }

  private static PreparationException unreadable(TextSlice slice, IOException e) {
    return new PreparationException(
        "Cannot read %s: %s".formatted(slice.file().name(), e.getMessage()), e);
  }

  private static void closeWithTask(TextSlice.Reading reading) {
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              try {
                reading.scanner().close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }
}
