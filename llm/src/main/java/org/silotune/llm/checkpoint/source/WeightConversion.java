package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silotune.llm.HostLock;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.checkpoint.SafetensorsFile;
import org.silotune.llm.checkpoint.SafetensorsWriter;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.source.SourceProgress.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts weights once into {@code <cache>/converted/<sha256 of the source>/}, one file a {@link
 * BaseFormat}, which every later opening maps. The file appears whole or not at all, one process of
 * the host makes it while others wait, and one that is cut, of another source or of another version
 * of this conversion is made anew.
 */
final class WeightConversion {

  private static final Logger LOG = LoggerFactory.getLogger(WeightConversion.class);

  /** Counts up whenever the same source converts to other bytes. */
  private static final String VERSION = "1";

  private static final String VERSION_KEY = "silotune.conversion";
  private static final String SOURCE_KEY = "silotune.source-sha256";

  private final Path folder;
  private final String fileName;
  private final Map<String, String> metadata;
  private final SourceProgress progress;

  /**
   * @param cache the cache folder, shared by all processes of the host
   * @param sha256 of the source
   */
  WeightConversion(Path cache, String sha256, BaseFormat format, SourceProgress progress) {
    this.fileName = format.fileName();
    this.folder = cache.resolve("converted").resolve(sha256);
    this.metadata = Map.of(VERSION_KEY, VERSION, SOURCE_KEY, sha256);
    this.progress = progress;
  }

  /** Opens the converted file, which is made if it is not there. */
  SafetensorsFile open(FormattedWeights weights) {
    List<TensorInfo> layout = weights.layout();
    Optional<SafetensorsFile> before = existing(layout);
    if (before.isPresent()) {
      return before.get();
    }
    Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
    try {
      return HostLock.holding(
          lock, () -> progress.at(Step.WAITING, 0, 0), () -> existingOrMade(weights, layout));
    } catch (IOException e) {
      throw LlmException.cannot("lock", lock, e);
    }
  }

  private SafetensorsFile existingOrMade(FormattedWeights weights, List<TensorInfo> layout) {
    Optional<SafetensorsFile> meanwhile = existing(layout);
    if (meanwhile.isPresent()) {
      return meanwhile.get();
    }
    convert(weights, layout);
    return existing(layout)
        .orElseThrow(
            () ->
                new LlmException("Cannot use %s: it changed while it was made".formatted(file())));
  }

  private Path file() {
    return folder.resolve(fileName);
  }

  private Optional<SafetensorsFile> existing(List<TensorInfo> layout) {
    if (!Files.isRegularFile(file())) {
      return Optional.empty();
    }
    SafetensorsFile open;
    try {
      open = SafetensorsFile.open(file());
    } catch (CorruptCheckpointException e) {
      LOG.warn("Converting again: {}", e.getMessage());
      return Optional.empty();
    }
    if (holds(open, layout)) {
      return Optional.of(open);
    }
    open.close();
    LOG.warn("Converting again: {} is of another version or source", file());
    return Optional.empty();
  }

  private boolean holds(SafetensorsFile open, List<TensorInfo> layout) {
    HashSet<TensorInfo> found = new HashSet<>();
    open.names().forEach(name -> found.add(open.info(name)));
    return open.metadata().entrySet().containsAll(metadata.entrySet())
        && found.equals(new HashSet<>(layout));
  }

  private void convert(FormattedWeights weights, List<TensorInfo> layout) {
    long total = layout.stream().mapToLong(TensorInfo::byteLength).sum();
    prepareFolder(total);
    long[] done = {0};
    progress.at(Step.CONVERTING, 0, total);
    SafetensorsWriter.write(
        file(),
        layout,
        metadata,
        (tensor, sink) -> {
          weights.write(tensor, sink);
          done[0] += tensor.byteLength();
          progress.at(Step.CONVERTING, done[0], total);
        });
  }

  /** Makes the folder, removes what a killed process left in it, and checks the room. */
  private void prepareFolder(long bytes) {
    try {
      Files.createDirectories(folder);
      try (var files = Files.newDirectoryStream(folder, "." + fileName + ".*.tmp")) {
        for (Path left : files) {
          Files.deleteIfExists(left);
        }
      }
      FileStore store = Files.getFileStore(folder);
      if (store.getUsableSpace() < bytes) {
        throw new LlmException(
            "Cannot convert to %s: %d bytes are needed, %d are free; free some or name another cache folder"
                .formatted(file(), bytes, store.getUsableSpace()));
      }
    } catch (IOException e) {
      throw LlmException.cannot("write to", folder, e);
    }
  }
}
