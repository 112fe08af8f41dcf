package ai.djl.pytorch.jni;

/**
 * The one native entry point of the engine that its public interface does not offer: a call of a
 * script method outside inference mode, so that autograd records it.
 *
 * <p>It lives in the engine's package because {@code PyTorchLibrary} is package-private, so it must
 * be loaded by the class loader that loads the engine.
 */
public final class ScriptCalls {

  private ScriptCalls() {}

  /** Calls {@code method} of the module; the caller closes the result, arguments stay open. */
  public static IValue call(long module, String method, long... arguments) {
    return new IValue(
        PyTorchLibrary.LIB.moduleRunMethod(
            module, method, arguments, /* isTrain= */ true, /* separateCudaStream= */ false));
  }
}
