package org.silotune.llm.checkpoint.source;

/** Hears how far the long steps of opening a model are; called on the opening thread. */
@FunctionalInterface
public interface SourceProgress {

  /** What takes long. */
  enum Step {
    /** The sha256 of the weights is computed. */
    HASHING,
    /** Another process or thread converts the same weights. */
    WAITING,
    /** The weights are converted to float32. */
    CONVERTING
  }

  /**
   * Called often, and with {@code done == total} when a step ends.
   *
   * @param done the bytes done
   * @param total the bytes to do; 0 where that is not known
   */
  void at(Step step, long done, long total);

  /** Returns a listener that does nothing. */
  static SourceProgress none() {
    return (step, done, total) -> {};
  }
}
