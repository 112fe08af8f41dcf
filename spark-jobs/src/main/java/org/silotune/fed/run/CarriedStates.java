package org.silotune.fed.run;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloOutcome.CarriedState;
import org.silotune.llm.LlmException;
import org.silotune.llm.tensor.NamedTensors;

/**
 * What silos carry from round to round, such as optimizer moments: one folder a silo, by name,
 * written by the task that trained. A file counts only if a committed round names it and its hash,
 * so what a retried or cancelled task left behind is never read. Opened on an executor by the run's
 * URI.
 */
public final class CarriedStates {

  static final String FOLDER = "carried";

  private static final int MAX_NAME_LENGTH = 120;

  private final RunStorage storage;

  private CarriedStates(RunStorage storage) {
    this.storage = storage;
  }

  /** Returns the states of the run at a URI. */
  public static CarriedStates of(String run, Configuration hadoop) {
    return new CarriedStates(RunStorage.at(run, hadoop));
  }

  /** Writes a silo's state after a round and returns what the round has to name. */
  public CarriedState write(String silo, int round, NamedTensors state) {
    try (ScratchFolder scratch = ScratchFolder.create()) {
      Path staged = scratch.path().resolve("state.safetensors");
      TensorFile.write(state, staged);
      byte[] bytes = Files.readAllBytes(staged);
      String sha256 = Sha256.of(bytes);
      String folder = folderName(silo);
      String file =
          "%s/round-%05d-%s.safetensors".formatted(folder, round, sha256.substring(0, 16));
      storage.makeFolder(FOLDER + "/" + folder);
      // A cancelled attempt may still be writing the same state: each under a name of its own.
      storage.writeIfAbsent(FOLDER + "/" + file, bytes, UUID.randomUUID().toString());
      return new CarriedState(file, sha256);
    } catch (IOException e) {
      throw StorageAction.WRITE.failed(temporaryFiles(silo), e);
    } catch (LlmException e) { // what the format makes of an I/O failure
      throw StorageAction.WRITE.failed(temporaryFiles(silo), e);
    }
  }

  private static String temporaryFiles(String silo) {
    return "the temporary files of silo %s in %s".formatted(silo, ScratchFolder.parent());
  }

  /**
   * Reads a state that a committed round names.
   *
   * @throws FederationException if it is missing or was changed
   */
  public NamedTensors read(CarriedState state) {
    String file = FOLDER + "/" + state.file();
    byte[] bytes =
        storage
            .read(file)
            .orElseThrow(
                () ->
                    new FederationException(
                        "Missing carried state %s: a committed round names it; restore the file, or use another run id"
                            .formatted(storage.uri(file))));
    if (!Sha256.of(bytes).equals(state.sha256())) {
      throw new FederationException(
          "Invalid carried state %s: sha256 is %s, the committed round names %s; restore the file, or use another run id"
              .formatted(storage.uri(file), Sha256.of(bytes), state.sha256()));
    }
    try (ScratchFolder scratch = ScratchFolder.create()) {
      Path staged = scratch.path().resolve("state.safetensors");
      Files.write(staged, bytes);
      return TensorFile.read(staged);
    } catch (IOException e) {
      throw StorageAction.READ.failed(storage.uri(file), e);
    }
  }

  /** Deletes every state but those that are named. */
  static void retain(RunStorage storage, Collection<CarriedState> named) {
    Set<String> files = named.stream().map(CarriedState::file).collect(Collectors.toSet());
    for (String silo : storage.list(FOLDER)) {
      for (String name : storage.list(FOLDER + "/" + silo)) {
        if (!files.contains(silo + "/" + name)) {
          storage.delete(FOLDER + "/" + silo + "/" + name);
        }
      }
    }
  }

  /**
   * Returns a silo's name as one path element: percent-encoded, never a dot alone, and where that
   * is too long for a file system, its beginning and a hash.
   */
  private static String folderName(String silo) {
    String encoded =
        URLEncoder.encode(silo, StandardCharsets.UTF_8).replace("*", "%2A").replace(".", "%2E");
    return encoded.length() <= MAX_NAME_LENGTH
        ? encoded
        : encoded.substring(0, MAX_NAME_LENGTH / 2)
            + "-"
            + Sha256.of(silo.getBytes(StandardCharsets.UTF_8));
  }
}
