package org.silotune.fed.job;

import java.util.Locale;
import org.silotune.udf.text.ExactMatch;
import org.silotune.udf.text.NumericAnswer;

/** How a generated answer is compared with its reference. */
public enum AnswerCheck {
  /** Nothing is checked. */
  NONE {
    @Override
    public boolean applies(String reference) {
      return false;
    }

    @Override
    public boolean agree(String reference, String answer) {
      return false;
    }
  },
  /**
   * The number that the answer ends in, where the reference marks its own with {@code ####} or
   * {@code the answer is}; see {@link NumericAnswer}.
   */
  NUMERIC {
    @Override
    public boolean applies(String reference) {
      var lower = reference.toLowerCase(Locale.ROOT);
      return (lower.contains("####") || lower.contains("the answer is"))
          && NumericAnswer.of(reference).isPresent();
    }

    @Override
    public boolean agree(String reference, String answer) {
      return NumericAnswer.of(reference).equals(NumericAnswer.of(answer));
    }
  },
  /** The whole text, without case and runs of white space; see {@link ExactMatch}. */
  TEXT {
    @Override
    public boolean applies(String reference) {
      return true;
    }

    @Override
    public boolean agree(String reference, String answer) {
      return ExactMatch.matches(answer, reference);
    }
  };

  /** Returns whether a row with this reference can be checked. */
  public abstract boolean applies(String reference);

  /** Returns whether the answer is right; asked only where the check applies. */
  public abstract boolean agree(String reference, String answer);
}
