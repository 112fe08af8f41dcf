package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.silotune.llm.Bytes;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.LlmException;
import org.silotune.llm.script.TensorDevice;

/**
 * The base models of this process: each is loaded once, by the first task that asks, and stays,
 * because executors serve one task after the other. On the processor it stays for the process's
 * life: what it takes are pages of files. A GPU's memory is the model's alone, so there a model
 * that no task uses is closed as soon as another one is asked for or in use, before that is loaded;
 * and what is being closed is gone before anything is loaded. A failed load is forgotten, so that a
 * retry loads anew.
 */
public final class ResidentModels {

  private static final Map<Key, Resident> MODELS = new LinkedHashMap<>(); // its own lock

  /** Held while models are closed; taken before the lock of {@link #MODELS}. */
  private static final Object CLOSING = new Object();

  private ResidentModels() {}

  /**
   * What makes a resident model another one.
   *
   * @param path where it is loaded from
   * @param sha256 of its weights
   * @param dtype what its weights are held in
   * @param device where they are held
   */
  public record Key(String path, String sha256, String dtype, TensorDevice device) {}

  /** The right to a model until it is closed. */
  public static final class Lease implements AutoCloseable {

    private final Resident resident;
    private final DecoderModel model;
    private boolean isOpen = true;

    private Lease(Resident resident, DecoderModel model) {
      this.resident = resident;
      this.model = model;
    }

    /** Returns the model, which is not to be closed. */
    public DecoderModel model() {
      return model;
    }

    @Override
    public void close() {
      if (isOpen) {
        isOpen = false;
        resident.left();
        closeIdle(resident.key.device());
      }
    }
  }

  /**
   * Returns the processor's model of {@code key} for as long as the process lives.
   *
   * @throws IllegalArgumentException if the key is of a GPU, whose memory must come back
   */
  public static DecoderModel get(Key key, Supplier<DecoderModel> loader) {
    if (key.device().isGpu()) {
      throw new IllegalArgumentException(
          "Cannot keep model %s on %s for ever: lease it"
              .formatted(key.path(), key.device().label()));
    }
    return lease(key, loader).model();
  }

  /**
   * Returns the model of {@code key}, loading it with {@code loader} unless it is there. Tasks that
   * wait for another's load fail as it does.
   *
   * @return the model, which the caller gives back
   * @throws InsufficientMemoryException if the device has not the memory, with what else lies there
   * @throws CancellationException if the thread is interrupted while another loads
   */
  public static Lease lease(Key key, Supplier<DecoderModel> loader) {
    Resident mine = new Resident(key);
    Resident first;
    synchronized (MODELS) {
      first = MODELS.putIfAbsent(key, mine);
      (first == null ? mine : first).users++;
    }
    if (first != null) {
      return await(first);
    }
    try {
      closeIdle(key.device());
      DecoderModel model = load(key, loader);
      mine.model.complete(model);
      return new Lease(mine, model);
    } catch (RuntimeException | Error e) {
      synchronized (MODELS) {
        MODELS.remove(key, mine);
      }
      mine.model.completeExceptionally(e);
      throw e;
    }
  }

  private static DecoderModel load(Key key, Supplier<DecoderModel> loader) {
    try {
      return loader.get();
    } catch (InsufficientMemoryException e) {
      String others = others(key);
      throw others.isEmpty()
          ? e
          : new InsufficientMemoryException(
              "%s; beside it lie there %s".formatted(e.getMessage(), others), e);
    }
  }

  /** What else has a GPU's memory, for people. */
  private static String others(Key key) {
    synchronized (MODELS) {
      return MODELS.values().stream()
          .filter(other -> key.device().isGpu() && other.key.device().equals(key.device()))
          .filter(other -> other.model.isDone())
          .map(
              other ->
                  "%s (%s, tasks: %d)"
                      .formatted(
                          other.key.path(),
                          Bytes.text(other.model.join().footprint().mappedBytes()),
                          other.users))
          .collect(Collectors.joining(", "));
    }
  }

  /** Closes what nobody uses of a GPU where another model is in use or about to be loaded. */
  private static void closeIdle(TensorDevice device) {
    if (!device.isGpu()) {
      return;
    }
    synchronized (CLOSING) {
      List<LlmException> failures = new ArrayList<>();
      takeIdle(device).forEach(resident -> resident.close(failures));
      if (!failures.isEmpty()) {
        failures.subList(1, failures.size()).forEach(failures.get(0)::addSuppressed);
        throw failures.get(0);
      }
    }
  }

  /** Those that are there and nobody uses, which nobody finds from now on. */
  private static List<Resident> takeIdle(TensorDevice device) {
    synchronized (MODELS) {
      List<Resident> there =
          MODELS.values().stream().filter(r -> r.key.device().equals(device)).toList();
      List<Resident> idle = there.stream().filter(resident -> resident.users == 0).toList();
      if (idle.size() == there.size()) {
        return List.of(); // no other wants the room
      }
      MODELS.values().removeAll(idle);
      return idle;
    }
  }

  private static Lease await(Resident loading) {
    try {
      return new Lease(loading, loading.model.get());
    } catch (InterruptedException e) {
      loading.left();
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "The task was cancelled while another loads model %s".formatted(loading.key.path()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause(); // loaders throw nothing else
    }
  }

  /** A model that is there or being loaded, and how many use it or wait for it. */
  private static final class Resident {

    private final Key key;
    private final CompletableFuture<DecoderModel> model = new CompletableFuture<>();
    private int users; // under the lock of MODELS

    private Resident(Key key) {
      this.key = key;
    }

    void close(List<LlmException> failures) {
      try {
        model.join().close();
      } catch (RuntimeException e) {
        failures.add(
            new LlmException(
                "Cannot make room on %s: model %s does not close: %s; start the process anew"
                    .formatted(key.device().label(), key.path(), e.getMessage()),
                e));
      }
    }

    void left() {
      synchronized (MODELS) {
        users--;
      }
    }
  }
}
