package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.silotune.llm.script.TensorDevice;

/**
 * The base models of this process: each is loaded once, by the first task that asks, and stays,
 * because executors serve one task after the other. On the processor it stays for the process's
 * life: what it takes are pages of files. A GPU's memory is the model's alone, so there it stays
 * until another model is to be loaded onto the GPU and no task uses it. A failed load is forgotten,
 * so that a retry loads anew.
 */
public final class ResidentModels {

  private static final Map<Key, Resident> MODELS = new LinkedHashMap<>(); // its own lock

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
   * @throws CancellationException if the thread is interrupted while another loads
   */
  public static Lease lease(Key key, Supplier<DecoderModel> loader) {
    Resident mine = new Resident();
    Resident first;
    List<Resident> idle = List.of();
    synchronized (MODELS) {
      first = MODELS.putIfAbsent(key, mine);
      (first == null ? mine : first).users++;
      if (first == null && key.device().isGpu()) {
        idle = takeIdle(key.device());
      }
    }
    if (first != null) {
      return await(key, first);
    }
    try {
      idle.forEach(resident -> resident.model.join().close());
      DecoderModel model = loader.get();
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

  /** Those that are there and nobody uses, which nobody finds from now on. */
  private static List<Resident> takeIdle(TensorDevice device) {
    List<Resident> idle = new ArrayList<>();
    MODELS.forEach(
        (key, resident) -> {
          if (key.device().equals(device) && resident.users == 0) {
            idle.add(resident);
          }
        });
    MODELS.values().removeAll(idle);
    return idle;
  }

  private static Lease await(Key key, Resident loading) {
    try {
      return new Lease(loading, loading.model.get());
    } catch (InterruptedException e) {
      loading.left();
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "The task was cancelled while another loads model %s".formatted(key.path()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause(); // loaders throw nothing else
    }
  }

  /** A model that is there or being loaded, and how many use it or wait for it. */
  private static final class Resident {

    private final CompletableFuture<DecoderModel> model = new CompletableFuture<>();
    private int users; // under the lock of MODELS

    void left() {
      synchronized (MODELS) {
        users--;
      }
    }
  }
}
