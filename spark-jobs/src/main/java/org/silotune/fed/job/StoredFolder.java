package org.silotune.fed.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.silotune.fed.FederationException;
import org.silotune.fed.run.RecordedRun;
import org.silotune.fed.run.RunStorage;
import org.silotune.fed.run.ScratchFolder;
import org.silotune.fed.run.StorageAction;
import org.silotune.llm.LlmException;
import org.silotune.llm.adapter.AdapterCheckpoint;

/**
 * A folder that a command is given to read: on this machine, or on any file system that Hadoop
 * knows. Nothing is written to it.
 */
public final class StoredFolder {

  private final RunStorage storage;
  private final Configuration hadoop;

  private StoredFolder(RunStorage storage, Configuration hadoop) {
    this.storage = storage;
    this.hadoop = hadoop;
  }

  /**
   * Returns the folder at a place, which need not be there.
   *
   * @param place a URI, or a path, which is relative to the working directory
   * @throws FederationException if its file system is not known or cannot be reached
   */
  public static StoredFolder at(String place) {
    return place.contains("://")
        ? at(place, JobSession.storage(SparkConfig.defaults()))
        : at("file://" + Path.of(place).toAbsolutePath().normalize(), new Configuration());
  }

  private static StoredFolder at(String uri, Configuration hadoop) {
    return new StoredFolder(RunStorage.at(uri, hadoop), hadoop);
  }

  /** Returns the absolute path where the folder is on this machine, else the qualified URI. */
  public String place() {
    return storage.localPath("").map(Path::toString).orElseGet(this::uri);
  }

  /** Returns its own name. */
  public String name() {
    return new org.apache.hadoop.fs.Path(uri()).getName();
  }

  /** Returns the qualified URI. */
  public String uri() {
    return storage.uri("");
  }

  /** Returns whether it is there. */
  public boolean exists() {
    return storage.hasFolder("");
  }

  /** Returns whether it has a file of that name. */
  public boolean has(String file) {
    return storage.exists(file) && !storage.hasFolder(file);
  }

  /** Returns the folder of a name in this one, which need not be there. */
  public StoredFolder child(String name) {
    return at(storage.uri(name), hadoop);
  }

  /** Returns the folder that holds this one, unless this one is the root. */
  public Optional<StoredFolder> parent() {
    return Optional.ofNullable(new org.apache.hadoop.fs.Path(uri()).getParent())
        .map(parent -> at(parent.toString(), hadoop));
  }

  /** Returns a file's text, or nothing where there is no file. */
  public Optional<String> text(String file) {
    return storage.read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** Returns a file's bytes, or nothing where there is no file. */
  public Optional<byte[]> bytes(String file) {
    return has(file) ? storage.read(file) : Optional.empty();
  }

  /** Returns whether it is a run's folder. */
  public boolean isRun() {
    return RecordedRun.isAt(storage);
  }

  /** Returns the run that it is. */
  public Optional<RecordedRun> run() {
    return RecordedRun.at(storage);
  }

  /**
   * Reads the adapter that it holds. One from elsewhere is copied to a temporary folder of this
   * machine, which is gone when this returns.
   *
   * @throws LlmException if a file is missing or not sound; the message has its place
   */
  public AdapterCheckpoint adapter() {
    var local = storage.localPath("");
    if (local.isPresent()) {
      return AdapterCheckpoint.read(local.get());
    }
    try (var scratch = ScratchFolder.create()) {
      var copy = scratch.folder("adapter");
      for (var file : List.of(AdapterCheckpoint.CONFIG, AdapterCheckpoint.WEIGHTS)) {
        if (!storage.download(copy.resolve(file), file)) {
          throw new LlmException(
              "Missing %s: %s is not an adapter folder; name one that holds %s and %s"
                  .formatted(
                      storage.uri(file),
                      uri(),
                      AdapterCheckpoint.CONFIG,
                      AdapterCheckpoint.WEIGHTS));
        }
      }
      return read(copy);
    } catch (IOException e) {
      throw StorageAction.READ.failed(uri(), e);
    }
  }

  /** Reads the copy, of which the user knows nothing. */
  private AdapterCheckpoint read(Path copy) {
    try {
      return AdapterCheckpoint.read(copy);
    } catch (LlmException e) {
      throw new LlmException(String.valueOf(e.getMessage()).replace(copy.toString(), uri()), e);
    }
  }
}
