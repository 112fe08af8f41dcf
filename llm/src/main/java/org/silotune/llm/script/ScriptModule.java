package org.silotune.llm.script;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A compiled script: methods over tensors, without state of its own. Safe for use by several
 * threads at once, each inside its own {@link ComputeThread}.
 */
public final class ScriptModule implements AutoCloseable {

  private final PtSymbolBlock module;

  private ScriptModule(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * Compiles {@code methods} (TorchScript functions with a {@code self} argument, indented by two
   * spaces) for the device of {@code scope}, which closes the module at the latest.
   *
   * @throws IllegalStateException if the text does not compile; the message holds the line
   */
  public static ScriptModule compile(NativeScope scope, String methods) {
    try (var archive = new ByteArrayInputStream(ScriptArchive.of(methods))) {
      return new ScriptModule(JniUtils.loadModule(scope.manager(), archive, false, false));
    } catch (EngineException e) {
      throw new IllegalStateException("Cannot compile script: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read from memory", e);
    }
  }

  /** Starts a call; the arguments follow in the order of the method's signature. */
  public ScriptCall call(String method) {
    return new ScriptCall(module.getHandle(), method);
  }

  @Override
  public void close() {
    module.close();
  }
}
