package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;

/** What becomes of a row: an example to train on, or the reason why there is none. */
public sealed interface EncodedExample {

  /**
   * An example to train on.
   *
   * @param example its tokens and labels
   * @param isTruncated whether its end was cut off
   */
  record Accepted(TokenizedExample example, boolean isTruncated) implements EncodedExample {
    public Accepted {
      requireNonNull(example, "example");
    }
  }

  /**
   * A row that cannot be trained on.
   *
   * @param reason the kind of reason, to count by
   * @param detail what is wrong with this very row
   */
  record Rejected(RejectionReason reason, String detail) implements EncodedExample {
    public Rejected {
      requireNonNull(reason, "reason");
      requireNonNull(detail, "detail");
    }
  }
}
