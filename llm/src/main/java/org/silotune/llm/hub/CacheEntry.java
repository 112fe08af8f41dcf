package org.silotune.llm.hub;

import java.io.IOException;
import java.nio.file.Path;
import org.silotune.llm.FolderTree;
import org.silotune.llm.HostLock;

/**
 * The place of one named thing in the cache: its folder, and beside it a lock and a scratch folder.
 * One thread of one process of a host writes at a time, and what it writes appears by a rename out
 * of the scratch folder: what lies in the folder is complete.
 *
 * @param shelf the folder of all things of its kind
 * @param name of the thing and of its folder
 */
public record CacheEntry(Path shelf, String name) {

  /** What writes an entry. */
  @FunctionalInterface
  public interface Writing<T> {

    /**
     * Writes.
     *
     * @param scratch empty, on the disk of the cache, and gone afterwards
     */
    T write(Path scratch) throws IOException;
  }

  /** Returns the folder of the thing, whether or not it is there. */
  public Path folder() {
    return shelf.resolve(name);
  }

  /**
   * Writes the entry while nobody else does. Another process may have done it while this one
   * waited, so the writing looks again.
   *
   * @throws IOException the writing's own, or that of the lock or the scratch folder
   */
  public <T> T write(FetchProgress progress, Writing<T> writing) throws IOException {
    return holding(
        progress,
        () -> {
          // one an entry, so that what a killed process left is found and deleted under the lock
          try (var scratch = new ScratchFolder(shelf.resolve(".fetch-" + name))) {
            return writing.write(scratch.path());
          }
        });
  }

  /** Deletes the folder while nobody writes it, and returns how many bytes its files had. */
  public long remove(FetchProgress progress) throws IOException {
    return holding(progress, () -> FolderTree.delete(folder()));
  }

  /** Does something while nobody writes the entry. */
  <T> T holding(FetchProgress progress, HostLock.Work<T> work) throws IOException {
    return HostLock.holding(
        shelf.resolve("." + name + ".lock"),
        () -> progress.line("Waiting for another process that fetches " + name),
        work);
  }
}
