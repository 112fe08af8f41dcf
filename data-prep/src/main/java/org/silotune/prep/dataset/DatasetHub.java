package org.silotune.prep.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.CacheEntry;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.Sha256;
import org.silotune.llm.hub.WebFetcher;
import org.silotune.prep.PreparationException;
import org.silotune.prep.UnusableDataException;
import org.silotune.prep.source.SourceConfig;

/**
 * Data sets by name, in the user's cache. One is fetched when that is asked for and never
 * otherwise, under a lock, checked and renamed into the cache: what lies there under its name is
 * complete. Thread-safe.
 */
public final class DatasetHub {

  private final DatasetRegistry registry;
  private final ModelCache cache;
  private final WebFetcher fetcher;

  /** A hub of the data sets this project knows, over the user's cache. */
  public DatasetHub(ModelCache cache) {
    this(DatasetRegistry.standard(), cache, new WebFetcher());
  }

  DatasetHub(DatasetRegistry registry, ModelCache cache, WebFetcher fetcher) {
    this.registry = registry;
    this.cache = cache;
    this.fetcher = fetcher;
  }

  /** Returns the data sets that have a name. */
  public DatasetRegistry registry() {
    return registry;
  }

  /** Returns the folder of a data set, or empty where it would have to be fetched first. */
  public Optional<Path> cached(NamedDataset dataset) {
    var folder = entry(dataset).folder();
    return Optional.of(folder)
        .filter(Files::isDirectory)
        .filter(
            there ->
                dataset.downloads().stream()
                    .filter(DatasetDownload::isKept)
                    .allMatch(download -> Files.isRegularFile(there.resolve(download.file()))));
  }

  /**
   * Returns a source with its place: that of a named data set is the cache, unless the source names
   * another.
   *
   * @throws UnusableDataException if the name is unknown or the data set was not fetched
   */
  public SourceConfig placed(SourceConfig source) {
    if (source.hasPlace() || source.dataset().isEmpty()) {
      return source;
    }
    return source.withPath(required(registry.named(source.dataset().get())));
  }

  /**
   * Downloads a data set, unless it is there.
   *
   * @return its folder
   * @throws PreparationException if it is not what it was; nothing of it is left then
   * @throws LlmException if a file cannot be had
   */
  public Path fetch(NamedDataset dataset, FetchProgress progress) {
    var present = cached(dataset);
    if (present.isPresent()) {
      return present.get();
    }
    try {
      return entry(dataset).write(progress, scratch -> fetchUnderLock(dataset, scratch, progress));
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot fetch data set %s into %s: %s; make it writable or set SILOTUNE_CACHE"
              .formatted(dataset.name(), cache.root(), LlmException.reason(e)),
          e);
    }
  }

  private Path fetchUnderLock(NamedDataset dataset, Path scratch, FetchProgress progress)
      throws IOException {
    var present = cached(dataset); // another process may have fetched it while we waited
    if (present.isPresent()) {
      return present.get();
    }
    dataset.terms().ifPresent(progress::line);
    progress.line(
        "Fetching data set %s (%s) into %s"
            .formatted(dataset.name(), dataset.licence(), cache.root()));
    var files = Files.createDirectory(scratch.resolve("files"));
    var record = record(dataset);
    new DatasetFetch(dataset, record, fetcher, progress).into(files).write(record, scratch);
    var folder = entry(dataset).folder();
    if (Files.exists(folder)) { // somebody deleted a file of it, or it is of another version
      Files.move(folder, scratch.resolve("before"), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(files, folder, StandardCopyOption.ATOMIC_MOVE);
    progress.line("Data set %s is complete".formatted(dataset.name()));
    return folder;
  }

  /**
   * Reads a fetched data set again from end to end.
   *
   * @return the sha256 of its files
   * @throws PreparationException where a file is not the one that was fetched
   */
  public SortedMap<String, String> check(NamedDataset dataset, FetchProgress progress) {
    var folder = required(dataset);
    SortedMap<String, String> expected = new TreeMap<>(recorded(dataset).sha256ByFile());
    if (expected.isEmpty()) {
      throw new PreparationException(
          "Missing %s: nothing says what data set %s was; remove it and fetch it again"
              .formatted(record(dataset), dataset.name()));
    }
    dataset.downloads().stream()
        .filter(download -> !download.isKept())
        .forEach(archive -> expected.remove(archive.file()));
    expected.forEach(
        (name, sha256) -> {
          var file = folder.resolve(name);
          var found = Files.isRegularFile(file) ? Sha256.ofFile(file, done -> {}) : "missing";
          if (!found.equals(sha256)) {
            throw new PreparationException(
                "Invalid file %s: sha256 is %s, expected %s; remove data set %s and fetch it again"
                    .formatted(file, found, sha256, dataset.name()));
          }
          progress.line("Checked " + name);
        });
    return expected;
  }

  /**
   * Deletes a data set from the cache. The sha256 of its files stay: what is fetched again must be
   * the same.
   *
   * @return the bytes freed, 0 where it was not there
   */
  public long remove(NamedDataset dataset, FetchProgress progress) {
    try {
      return entry(dataset).remove(progress);
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot remove data set %s from %s: %s"
              .formatted(dataset.name(), cache.root(), LlmException.reason(e)),
          e);
    }
  }

  private Path required(NamedDataset dataset) {
    return cached(dataset)
        .orElseThrow(
            () ->
                new UnusableDataException(
                    "Missing data set %s in %s; fetch it with: silotune datasets fetch %s, or name a folder that holds it with --data"
                        .formatted(dataset.name(), cache.root(), dataset.name())));
  }

  private RecordedSums recorded(NamedDataset dataset) {
    try {
      return RecordedSums.read(record(dataset));
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot read %s: %s".formatted(record(dataset), LlmException.reason(e)), e);
    }
  }

  private Path record(NamedDataset dataset) {
    return cache.datasets().resolve(dataset.name() + ".sha256");
  }

  private CacheEntry entry(NamedDataset dataset) {
    return new CacheEntry(cache.datasets(), dataset.name());
  }
}
