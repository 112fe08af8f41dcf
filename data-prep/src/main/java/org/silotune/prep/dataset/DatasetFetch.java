package org.silotune.prep.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.Sha256;
import org.silotune.llm.hub.WebFetcher;
import org.silotune.prep.PreparationException;

/**
 * One download of a data set: its files are fetched one after the other into a folder, and each is
 * compared with what is known of it, which is the sha256 of this version of the program or that of
 * the first download.
 */
final class DatasetFetch {

  private final NamedDataset dataset;
  private final RecordedSums recorded;
  private final Path record;
  private final WebFetcher fetcher;
  private final FetchProgress progress;
  private final SortedMap<String, String> found = new TreeMap<>();

  /**
   * A download.
   *
   * @param record where the sums of the first download are
   */
  DatasetFetch(NamedDataset dataset, Path record, WebFetcher fetcher, FetchProgress progress)
      throws IOException {
    this.dataset = dataset;
    this.recorded = RecordedSums.read(record);
    this.record = record;
    this.fetcher = fetcher;
    this.progress = progress;
  }

  /** Fetches every file into a folder and returns what is to be recorded. */
  RecordedSums into(Path folder) throws IOException {
    for (var download : dataset.downloads()) {
      var file = folder.resolve(download.file());
      progress.line("Fetching " + download.address());
      var sha256 = fetcher.fetch(download.address(), file, progress);
      requireKnown(download, sha256);
      found.put(download.file(), sha256);
      if (!download.isKept()) {
        unpack(download, file, folder);
      }
    }
    return new RecordedSums(found);
  }

  private void unpack(DatasetDownload download, Path archive, Path folder) throws IOException {
    progress.line("Unpacking " + download.file());
    for (var path : ZipEntries.unpack(archive, download.unpack().orElseThrow(), folder)) {
      found.put(path, Sha256.ofFile(folder.resolve(path), done -> {}));
    }
    Files.delete(archive);
  }

  private void requireKnown(DatasetDownload download, String sha256) {
    download
        .sha256()
        .filter(pinned -> !pinned.equals(sha256))
        .ifPresent(
            pinned -> {
              throw new PreparationException(
                  "Cannot use data set %s: sha256 of %s is %s, expected %s; fetch it again, and look at %s if it stays so"
                      .formatted(
                          dataset.name(), download.file(), sha256, pinned, download.address()));
            });
    var before = recorded.sha256ByFile().get(download.file());
    if (before != null && !before.equals(sha256)) {
      throw new PreparationException(
          "Cannot use data set %s: sha256 of %s is %s, at the first download it was %s; look at %s, and delete %s if the change is meant"
              .formatted(
                  dataset.name(), download.file(), sha256, before, download.address(), record));
    }
  }
}
