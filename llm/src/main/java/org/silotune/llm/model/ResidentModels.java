package org.silotune.llm.model;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * The base models of this process: each is loaded once, by the first task that asks, and stays for
 * the process's life, because executors serve one task after the other. A failed load is forgotten,
 * so that a retry loads anew.
 */
public final class ResidentModels {

  private static final ConcurrentHashMap<Key, CompletableFuture<DecoderModel>> MODELS =
      new ConcurrentHashMap<>();

  private ResidentModels() {}

  /**
   * What makes a resident model another one.
   *
   * @param path where it is loaded from
   * @param sha256 of its weights
   * @param dtype what its weights are held in
   * @param device where they are held
   */
  public record Key(String path, String sha256, String dtype, String device) {}

  /**
   * Returns the model of {@code key}, loading it with {@code loader} unless it is there. Tasks that
   * wait for another's load fail as it does.
   *
   * @throws CancellationException if the thread is interrupted while another loads
   */
  public static DecoderModel get(Key key, Supplier<DecoderModel> loader) {
    CompletableFuture<DecoderModel> mine = new CompletableFuture<>();
    CompletableFuture<DecoderModel> first = MODELS.putIfAbsent(key, mine);
    if (first != null) {
      return await(key, first);
    }
    try {
      DecoderModel model = loader.get();
      mine.complete(model);
      return model;
    } catch (RuntimeException | Error e) {
      MODELS.remove(key, mine);
      mine.completeExceptionally(e);
      throw e;
    }
  }

  private static DecoderModel await(Key key, CompletableFuture<DecoderModel> loading) {
    try {
      return loading.get();
    } catch (InterruptedException e) {
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
}
