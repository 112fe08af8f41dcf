package org.silotune.llm.script;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.LlmException;

/**
 * The PyTorch engine of this process, loaded from the class path at first use. Downloads and
 * telemetry of the engine's own loader are switched off.
 *
 * <p>At its first use on a host the engine unpacks 450 MB into its cache folder. Several processes
 * may do so at once: each unpacks under a temporary name and renames. Where that fails, the next
 * use tries again: a task's next attempt may find room on the disk.
 */
final class NativeEngine {

  /** The libtorch that the scripts and the stated tolerances are tested with. */
  static final String TORCH_VERSION = "2.7.1";

  private static @Nullable Engine loaded;

  private NativeEngine() {}

  /**
   * Returns the engine.
   *
   * @throws LlmException if it cannot be loaded, or is of another version
   */
  static synchronized Engine get() {
    Engine engine = loaded;
    if (engine == null) {
      engine = load();
      loaded = engine;
    }
    return engine;
  }

  static synchronized boolean isLoaded() {
    return loaded != null;
  }

  private static Engine load() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    var unused = NativeAllocator.settle();
    Engine engine = open();
    if (!engine.getVersion().startsWith(TORCH_VERSION)) {
      throw new LlmException(
          "Cannot use libtorch %s: expected %s; remove the other one from the class path"
              .formatted(engine.getVersion(), TORCH_VERSION));
    }
    return engine;
  }

  private static Engine open() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      throw new LlmException(
          "Cannot load libtorch: %s; it unpacks 450 MB into %s, which the environment variable DJL_CACHE_DIR moves"
              .formatted(reason(e), Utils.getCacheDir()),
          e);
    }
  }

  /** The loader wraps what the operating system said. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }
}
