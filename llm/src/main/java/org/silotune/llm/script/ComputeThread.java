package org.silotune.llm.script;

import ai.djl.pytorch.jni.JniUtils;

/**
 * The settings of a thread that computes, in force from {@link #enter} to {@link #close}.
 *
 * <p>Intra-op threads, graph optimisation and gradient mode are thread-local in libtorch, and all
 * three change bits or results: every computation runs inside one of these. One intra-op thread
 * count holds for a whole process at a time, since one and two threads differ in the last bit and
 * MKL's own setting is global.
 */
public final class ComputeThread implements AutoCloseable {

  private static final Object LOCK = new Object();
  private static int activeCount;
  private static int activeThreads;

  private final Thread thread = Thread.currentThread();
  private final boolean gradientsBefore;

  private ComputeThread(boolean gradientsBefore) {
    this.gradientsBefore = gradientsBefore;
  }

  /**
   * Prepares the current thread, gradient mode off.
   *
   * @param threads intra-op threads of every operator
   * @throws IllegalStateException if another thread of this process computes with another count
   */
  @SuppressWarnings("ReturnValueIgnored") // loads the engine
  public static ComputeThread enter(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "Invalid thread count %d: must be >= 1".formatted(threads));
    }
    NativeEngine.get();
    synchronized (LOCK) {
      if (activeCount > 0 && activeThreads != threads) {
        throw new IllegalStateException(
            "Cannot compute with %d threads: this process computes with %d at the moment, and the count changes bits"
                .formatted(threads, activeThreads));
      }
      activeCount++;
      activeThreads = threads;
    }
    JniUtils.setNumThreads(threads);
    JniUtils.setGraphExecutorOptimize(false);
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    return new ComputeThread(before);
  }

  /**
   * Checks that the current thread is this one.
   *
   * @throws IllegalStateException if it is another, whose settings are not these
   */
  public void requireCurrent() {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "Cannot compute on %s: entered on %s".formatted(Thread.currentThread(), thread));
    }
  }

  /** Says whether what follows on this thread is recorded for a backward pass. */
  public void record(Recording recording) {
    JniUtils.setGradMode(recording == Recording.ON);
  }

  @Override
  public void close() {
    requireCurrent();
    JniUtils.setGradMode(gradientsBefore);
    synchronized (LOCK) {
      activeCount--;
    }
  }

  /** Whether autograd records. */
  public enum Recording {
    ON,
    OFF
  }
}
