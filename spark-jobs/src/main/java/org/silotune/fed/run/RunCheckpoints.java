package org.silotune.fed.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silotune.fed.FederationException;
import org.silotune.fed.metrics.RoundRow;
import org.silotune.fed.server.ServerState;
import org.silotune.llm.LlmException;
import org.silotune.llm.tensor.NamedTensors;

/**
 * The committed rounds of a run: one folder each, named by one rename.
 *
 * <pre>
 *   checkpoints/round-00003/adapter/...            the global adapter, in the adapter's own format
 *   checkpoints/round-00003/moment-m.safetensors   a server moment, float32; none for FedAvg
 *   checkpoints/round-00003/round.json             {@link RoundRecord}; absent for round 0
 * </pre>
 *
 * Rounds that are no longer needed keep their {@code round.json} alone.
 */
public final class RunCheckpoints {

  static final String FOLDER = "checkpoints";

  private static final Pattern ROUND = Pattern.compile("round-(\\d{5,})");
  private static final Pattern MOMENT = Pattern.compile("moment-(.+)\\.safetensors");
  private static final String ADAPTER = "adapter";
  private static final String RECORD = "round.json";

  private final RunStorage storage;
  private final AdapterFormat format;

  RunCheckpoints(RunStorage storage, AdapterFormat format) {
    this.storage = storage;
    this.format = format;
  }

  /** Returns the committed rounds in order, 0 first. */
  public List<Integer> rounds() {
    return storage.list(FOLDER).stream()
        .map(ROUND::matcher)
        .filter(Matcher::matches)
        .map(matcher -> Integer.valueOf(matcher.group(1)))
        .sorted()
        .toList();
  }

  /** Returns the last committed round, if there is any. */
  public Optional<RoundCheckpoint> latest() {
    List<Integer> rounds = rounds();
    return rounds.isEmpty() ? Optional.empty() : Optional.of(read(rounds.get(rounds.size() - 1)));
  }

  /** Returns a committed round. */
  public RoundCheckpoint read(int round) {
    TreeMap<String, NamedTensors> moments = new TreeMap<>();
    try (ScratchFolder scratch = ScratchFolder.create()) {
      Path files = scratch.path().resolve("round");
      storage.download(folder(round), files);
      for (String name : storage.list(folder(round))) {
        Matcher moment = MOMENT.matcher(name);
        if (moment.matches()) {
          moments.put(moment.group(1), TensorFile.read(files.resolve(name)));
        }
      }
    }
    NamedTensors adapter = adapter(round);
    Optional<RoundRecord> record = record(round);
    record.ifPresent(recorded -> requireRecorded(recorded.round(), adapter));
    return new RoundCheckpoint(round, new ServerState(adapter, moments), record);
  }

  private void requireRecorded(RoundRow recorded, NamedTensors adapter) {
    String sha256 = Sha256.of(adapter);
    if (!sha256.equals(recorded.adapterSha256())) {
      throw new FederationException(
          "Cannot go on from %s: its adapter has sha256 %s, the round recorded %s; restore the folder, or use another run id"
              .formatted(storage.uri(folder(recorded.round())), sha256, recorded.adapterSha256()));
    }
  }

  /**
   * Returns the global adapter after a committed round.
   *
   * @throws FederationException if it cannot be read, or is no longer kept
   */
  public NamedTensors adapter(int round) {
    if (!storage.exists(folder(round) + "/" + ADAPTER)) {
      throw new FederationException(
          "Missing adapter %s/%s: it is not kept; keep-rounds says which are"
              .formatted(storage.uri(folder(round)), ADAPTER));
    }
    try (ScratchFolder scratch = ScratchFolder.create()) {
      Path files = scratch.path().resolve(ADAPTER);
      storage.download(folder(round) + "/" + ADAPTER, files);
      return format.read(files);
    } catch (IOException e) {
      throw StorageAction.READ.failed(storage.uri(folder(round)), e);
    }
  }

  /** Returns what a committed round recorded; nothing for round 0. */
  public Optional<RoundRecord> record(int round) {
    String file = folder(round) + "/" + RECORD;
    return storage.read(file).map(b -> Json.read(b, RoundRecord.class, storage.uri(file)));
  }

  /**
   * Commits a round: after the one rename at the end it is there whole, before it not at all.
   *
   * @throws FederationException if it cannot be written; the rounds before stay as they are
   */
  void commit(RoundCheckpoint checkpoint) {
    try (RunStorage.PendingFolder pending = storage.newFolder(folder(checkpoint.round()));
        ScratchFolder scratch = ScratchFolder.create()) {
      Path adapter = scratch.folder(ADAPTER);
      format.write(checkpoint.state().adapter(), adapter);
      pending.upload(adapter, ADAPTER);
      Path moments = scratch.folder("moments");
      for (Map.Entry<String, NamedTensors> m : checkpoint.state().moments().entrySet()) {
        TensorFile.write(m.getValue(), moments.resolve("moment-" + m.getKey() + ".safetensors"));
      }
      pending.upload(moments, "");
      checkpoint.record().ifPresent(record -> pending.write(RECORD, Json.bytes(record)));
      pending.commit();
    } catch (IOException e) {
      throw StorageAction.WRITE.failed(temporaryFiles(checkpoint), e);
    } catch (LlmException e) { // what the formats make of an I/O failure
      throw StorageAction.WRITE.failed(temporaryFiles(checkpoint), e);
    }
  }

  private static String temporaryFiles(RoundCheckpoint checkpoint) {
    return "the temporary files of round %d in %s"
        .formatted(checkpoint.round(), ScratchFolder.parent());
  }

  /** Deletes the tensors of a committed round; what it recorded stays. */
  void prune(int round) {
    for (String name : storage.list(folder(round))) {
      if (!name.equals(RECORD)) {
        storage.delete(folder(round) + "/" + name);
      }
    }
  }

  /**
   * Writes the adapter of a committed round once more under the run's root, in place of another.
   */
  void export(int round, String name) {
    try (RunStorage.PendingFolder pending = storage.newFolder(name);
        ScratchFolder scratch = ScratchFolder.create()) {
      Path files = scratch.path().resolve(ADAPTER);
      storage.download(folder(round) + "/" + ADAPTER, files);
      pending.upload(files, "");
      pending.commitInPlace();
    }
  }

  static String folder(int round) {
    return "%s/round-%05d".formatted(FOLDER, round);
  }
}
