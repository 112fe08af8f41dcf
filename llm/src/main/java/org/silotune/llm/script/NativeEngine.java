package org.silotune.llm.script;

import ai.djl.engine.Engine;
import org.silotune.llm.LlmException;

/**
 * The PyTorch engine of this process, loaded from the class path at first use. Downloads and
 * telemetry of the engine's own loader are switched off.
 *
 * <p>At its first use on a host the engine unpacks 450 MB into its cache folder. Several processes
 * may do so at once: each unpacks under a temporary name and renames.
 */
final class NativeEngine {

  /** The libtorch that the scripts and the stated tolerances are tested with. */
  private static final String TORCH_VERSION = "2.7.1";

  private NativeEngine() {}

  static Engine get() {
    return Holder.ENGINE;
  }

  private static final class Holder {
    static final Engine ENGINE = load();

    private static Engine load() {
      System.setProperty("ai.djl.offline", "true");
      System.setProperty("OPT_OUT_TRACKING", "true");
      Engine engine = Engine.getEngine("PyTorch");
      if (!engine.getVersion().startsWith(TORCH_VERSION)) {
        throw new LlmException(
            "Cannot use libtorch %s: expected %s; remove the other one from the class path"
                .formatted(engine.getVersion(), TORCH_VERSION));
      }
      return engine;
    }
  }
}
