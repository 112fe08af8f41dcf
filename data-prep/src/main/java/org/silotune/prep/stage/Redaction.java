package org.silotune.prep.stage;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.silotune.prep.PreparationException;
import org.silotune.udf.text.pii.PiiRedactor;

/**
 * Puts a placeholder in the place of personal data in every text: {@link PiiRedactor}.
 *
 * @param patterns the user's own regular expressions, by the name that stands for what they match
 */
public record Redaction(Map<String, String> patterns) implements TextEdit {

  public Redaction {
    patterns = Collections.unmodifiableMap(new TreeMap<>(patterns));
    try {
      var unused = PiiRedactor.with(patterns);
    } catch (IllegalArgumentException e) {
      throw new PreparationException(e.getMessage(), e);
    }
  }

  /** Returns the redaction of the kinds that are built in. */
  public static Redaction defaults() {
    return new Redaction(Map.of());
  }

  @Override
  public String name() {
    return "redact";
  }

  @Override
  public UnaryOperator<String> editor() {
    return PiiRedactor.with(patterns)::redact;
  }
}
