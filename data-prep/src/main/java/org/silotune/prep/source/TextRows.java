package org.silotune.prep.source;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

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

  /** Returns the rows of a slice; the file is closed at its end or with the task. */
  static Iterator<Row> of(TextSlice slice, RowMapper mapper) throws IOException {
    return new TextRows(slice, mapper);
  }

  /** Returns the names of all columns in the well-formed records of a slice. */
  static Set<String> columns(TextSlice slice) throws IOException {
    Set<String> columns = new TreeSet<>();
    TextSlice.Reading reading = slice.open();
    try (RecordScanner scanner = reading.scanner()) {
      if (reading.parser() instanceof CsvParser csv) {
        columns.addAll(csv.header());
        return columns;
      }
      for (Optional<RawRecord> record = scanner.next();
          record.isPresent();
          record = scanner.next()) {
        try {
          reading.parser().parse(record.get()).fieldNames().forEachRemaining(columns::add);
        } catch (RejectedRecordException e) {
          // it goes to quarantine when its row is made
        }
      }
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
      throw new UncheckedIOException(e);
    }
    return row;
  }

  private @Nullable Row read() throws IOException {
    Optional<RawRecord> record = reading.scanner().next();
    if (record.isEmpty()) {
      reading.scanner().close();
      return null;
    }
    RowMapper.Origin origin = new RowMapper.Origin(slice.file().name(), record.get().offset());
    try {
      ObjectNode fields = reading.parser().parse(record.get());
      return mapper.row(origin, fields);
    } catch (RejectedRecordException e) {
      return RowMapper.rejected(origin, null, e);
    }
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
