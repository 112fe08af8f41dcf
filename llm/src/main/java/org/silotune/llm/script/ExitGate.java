package org.silotune.llm.script;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets native computation and the end of the process exclude each other.
 *
 * <p>A JVM that is told to end runs the destructors of libtorch's global objects while its other
 * threads compute on: a backward pass then calls through a null pointer, and a run that was merely
 * stopped looks like a crash. So each computation holds the gate open, and the JVM's shutdown waits
 * until those under way, each a layer or a backward pass long, have returned; later ones wait for
 * ever, which is what is left of the process.
 */
final class ExitGate {

  /** A computation that takes longer than this is taken for hung, and the exit goes on. */
  private static final long GRACE_SECONDS = 60;

  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ExitGate::shut, "silotune-exit-gate"));
  }

  private ExitGate() {}

  /** Begins a native computation; {@link #leave} ends it, on the same thread. */
  static void enter() {
    LOCK.readLock().lock();
  }

  static void leave() {
    LOCK.readLock().unlock();
  }

  @SuppressWarnings("ReturnValueIgnored") // past the grace there is nothing left to wait for
  private static void shut() {
    try {
      LOCK.writeLock().tryLock(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
