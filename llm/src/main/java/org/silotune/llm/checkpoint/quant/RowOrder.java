package org.silotune.llm.checkpoint.quant;

import java.util.Optional;

/**
 * Where the rows of a stored matrix stand in the model's.
 *
 * @param kind what the order is
 * @param heads of a {@linkplain Kind#ROTARY rotary} order; 0 for the others
 */
public record RowOrder(Kind kind, int heads) {

  /** The model's own order. */
  public static final RowOrder PLAIN = new RowOrder(Kind.PLAIN, 0);

  /** Rows stored as columns. */
  public static final RowOrder TRANSPOSED = new RowOrder(Kind.TRANSPOSED, 0);

  private static final String TRANSPOSED_LABEL = "transposed";
  private static final String ROTARY_LABEL = "rotary";

  /** The orders that there are. */
  public enum Kind {
    PLAIN,
    /** Of each head of 2d rows, stored row 2i + j is the model's j d + i (GGUF files of llama). */
    ROTARY,
    TRANSPOSED
  }

  public RowOrder {
    if ((kind == Kind.ROTARY) != (heads > 0)) {
      throw new IllegalArgumentException("Invalid heads %d of order %s".formatted(heads, kind));
    }
  }

  /** Returns the order of query or key rows in GGUF files of llama. */
  public static RowOrder rotary(int heads) {
    return new RowOrder(Kind.ROTARY, heads);
  }

  String label() {
    return switch (kind) {
      case PLAIN -> "";
      case ROTARY -> ROTARY_LABEL + heads;
      case TRANSPOSED -> TRANSPOSED_LABEL;
    };
  }

  static Optional<RowOrder> byLabel(String label) {
    if (label.equals(TRANSPOSED_LABEL)) {
      return Optional.of(TRANSPOSED);
    }
    if (label.matches(ROTARY_LABEL + "[1-9][0-9]{0,5}")) {
      return Optional.of(rotary(Integer.parseInt(label.substring(ROTARY_LABEL.length()))));
    }
    return Optional.empty();
  }
}
