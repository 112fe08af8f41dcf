package org.silotune.llm.script;

/** A process of its own that loads the engine and computes. */
final class EngineProcess {

  private EngineProcess() {}

  /** Runs the process. */
  public static void main(String[] args) {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
      thread.requireCurrent();
      System.out.println("computed " + scope.floats(new float[] {1, 2}, 2).toFloats()[1]);
    }
  }
}
