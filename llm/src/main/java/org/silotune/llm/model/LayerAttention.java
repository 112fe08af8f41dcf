package org.silotune.llm.model;

/**
 * How one layer attends.
 *
 * @param window how many positions back a token sees, itself included; {@link #UNLIMITED} for all
 * @param rope the index of its rotary embedding in the configuration; ignored where there is none
 */
public record LayerAttention(int window, int rope) {

  /** Every earlier position is seen. */
  public static final int UNLIMITED = 0;

  public LayerAttention {
    if (window < 0) {
      throw new IllegalArgumentException(
          "Invalid attention window %d: must be >= 0".formatted(window));
    }
  }

  /** Full causal attention with the first rotary embedding. */
  static LayerAttention full() {
    return new LayerAttention(UNLIMITED, 0);
  }
}
