package org.silotune.prep.shard;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetReader;
import org.jspecify.annotations.Nullable;

/**
 * The rows of Parquet files one after the other: one file is open at a time, and no row is kept.
 * Whoever opened it closes it, and may do so twice; where reading fails, the file is closed
 * already.
 */
final class PartFiles<T> implements Iterator<T>, Closeable {

  /** Opens the reader of a file. */
  interface Opening<T> {
    ParquetReader<T> open(Path file) throws IOException;
  }

  /** What a failure to read becomes. */
  interface Failure {
    RuntimeException of(IOException e);
  }

  private final Iterator<Path> files;
  private final Opening<T> opening;
  private final Failure failure;
  private @Nullable ParquetReader<T> reader;
  private @Nullable T next;

  PartFiles(List<Path> files, Opening<T> opening, Failure failure) {
    this.files = files.iterator();
    this.opening = opening;
    this.failure = failure;
    this.next = read();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  /** Returns the row that {@link #next} returns, without taking it. */
  T peek() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    return next;
  }

  @Override
  public T next() {
    T row = peek();
    next = read();
    return row;
  }

  private @Nullable T read() {
    try {
      while (true) {
        if (reader != null) {
          T row = reader.read();
          if (row != null) {
            return row;
          }
          close();
        }
        if (!files.hasNext()) {
          return null;
        }
        reader = opening.open(files.next());
      }
    } catch (IOException e) {
      throw closedAfter(failure.of(e));
    } catch (RuntimeException e) { // Parquet's own of a damaged file
      throw closedAfter(e);
    }
  }

  private RuntimeException closedAfter(RuntimeException why) {
    try {
      close();
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    return why;
  }

  @Override
  public void close() throws IOException {
    ParquetReader<T> open = reader;
    reader = null;
    if (open != null) {
      open.close();
    }
  }
}
