package org.silotune.llm.script;

import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a thread that computes, in force from {@link #enter} to {@link #close}.
 *
 * <p>Intra-op threads, graph optimisation and gradient mode are thread-local in libtorch, and all
 * three change bits or results: every computation runs inside one of these, and is refused
 * elsewhere. One intra-op thread count holds for a whole process at a time, since one and two
 * threads differ in the last bit and MKL's own setting is global.
 */
public final class ComputeThread implements AutoCloseable {

  private static final ThreadLocal<@Nullable ComputeThread> CURRENT = new ThreadLocal<>();
  private static final Object LOCK = new Object();
  private static int activeCount;
  private static int activeThreads;

  private final Thread thread = Thread.currentThread();
  private final @Nullable ComputeThread outer = CURRENT.get();
  private final boolean computes;
  private final boolean gradientsBefore = JniUtils.isGradMode();

  private ComputeThread(int threads, boolean computes) {
    this.computes = computes;
    JniUtils.setNumThreads(threads);
    JniUtils.setGraphExecutorOptimize(false);
    JniUtils.setGradMode(false);
    CURRENT.set(this);
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
    return new ComputeThread(threads, /* computes= */ true);
  }

  /**
   * Prepares the current thread for copying values, whose bits no thread count changes: it may go
   * on beside computations of any count.
   */
  @SuppressWarnings("ReturnValueIgnored") // loads the engine
  public static ComputeThread enterToCopy() {
    NativeEngine.get();
    synchronized (LOCK) {
      return new ComputeThread(activeCount > 0 ? activeThreads : 1, /* computes= */ false);
    }
  }

  /**
   * Checks that the current thread is inside one of these.
   *
   * @throws IllegalStateException if it is not, and would compute with what some other use of the
   *     thread has left
   */
  static void requireEntered() {
    if (CURRENT.get() == null) {
      throw new IllegalStateException(
          "Cannot compute on %s: its thread count, graph optimisation and gradient mode are not set; enter a ComputeThread first"
              .formatted(Thread.currentThread()));
    }
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
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
    if (computes) {
      synchronized (LOCK) {
        activeCount--;
      }
    }
  }

  /** Whether autograd records. */
  public enum Recording {
    ON,
    OFF
  }
}
