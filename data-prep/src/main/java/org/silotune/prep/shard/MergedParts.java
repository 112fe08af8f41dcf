package org.silotune.prep.shard;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.apache.commons.io.IOUtils;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;

/**
 * The examples of a silo's split over the parts of a folder, in the order of their ids. Each part
 * is in this order. The first {@value #MOST_OPEN} parts are merged, one file and one example of
 * each at a time. Later ones, the small additions of a folder of many versions, are read one after
 * the other before that, and are in memory at once: so no number of versions opens more files.
 *
 * @param parts where they are, the oldest first; one that has no such partition has none
 */
record MergedParts(List<PreparedFolder> parts, String silo, Split split) {

  static final int MOST_OPEN = 32;

  private static final Comparator<TokenizedExample> ORDER =
      Comparator.comparing(TokenizedExample::id, TokenShardReader.BY_ID);

  MergedParts {
    parts = List.copyOf(parts);
  }

  /**
   * Goes through the examples.
   *
   * @throws PreparationException if a part cannot be read
   */
  void forEach(Consumer<TokenizedExample> action) {
    int merged = Math.min(MOST_OPEN, parts.size());
    ArrayDeque<TokenizedExample> held = held(parts.subList(merged, parts.size()));
    PriorityQueue<PartFiles<TokenizedExample>> open =
        new PriorityQueue<>(Comparator.comparing(part -> part.peek(), ORDER));
    try (OpenFiles all = new OpenFiles(new ArrayList<>())) {
      for (PreparedFolder part : parts.subList(0, merged)) {
        PartFiles<TokenizedExample> files = open(part);
        all.files().add(files);
        if (files.hasNext()) {
          open.add(files);
        }
      }
      while (!open.isEmpty()) {
        PartFiles<TokenizedExample> first = open.remove();
        while (!held.isEmpty() && ORDER.compare(held.peek(), first.peek()) < 0) {
          action.accept(held.remove());
        }
        action.accept(first.next());
        if (first.hasNext()) {
          open.add(first);
        }
      }
    } catch (IOException e) {
      throw unreadable(parts.get(0), e);
    }
    held.forEach(action);
  }

  private ArrayDeque<TokenizedExample> held(List<PreparedFolder> later) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (PreparedFolder part : later) {
      try (PartFiles<TokenizedExample> files = open(part)) {
        files.forEachRemaining(examples::add);
      } catch (IOException e) {
        throw unreadable(part, e);
      }
    }
    examples.sort(ORDER);
    return new ArrayDeque<>(examples);
  }

  private PartFiles<TokenizedExample> open(PreparedFolder part) {
    try {
      return new PartFiles<>(
          part.files(part.shards(), silo, split),
          file ->
              new ExampleReader(HadoopInputFile.fromPath(file, part.hadoopConfiguration())).build(),
          e -> unreadable(part, e));
    } catch (IOException e) {
      throw unreadable(part, e);
    }
  }

  private PreparationException unreadable(PreparedFolder part, IOException e) {
    return new PreparationException(
        "Cannot read %s of silo %s in %s: %s"
            .formatted(split.label(), silo, part.uri(), e.getMessage()),
        e);
  }

  /** Files that are closed together, each whatever becomes of the others. */
  private record OpenFiles(List<Closeable> files) implements Closeable {

    @Override
    public void close() throws IOException {
      IOUtils.close(files.toArray(Closeable[]::new));
    }
  }
}
