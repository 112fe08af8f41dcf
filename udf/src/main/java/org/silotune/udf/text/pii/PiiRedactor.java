package org.silotune.udf.text.pii;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Replaces personal data by what it is: {@code [EMAIL]}, {@code [IBAN]}, {@code [CARD]}, {@code
 * [IP]}, {@code [PHONE]}, and the names of a user's own patterns.
 *
 * <p>All detectors read the original text. Where spans overlap, a user's pattern wins (by name),
 * then the kinds in the order above, then the earlier and longer span. Detection is by form and
 * check digits: it knows no names, addresses or context, and is no proof that a text is anonymous.
 * Immutable and thread-safe.
 */
public final class PiiRedactor {

  private static final List<PiiDetector> BUILT_IN =
      List.of(
          new EmailDetector(),
          new IbanDetector(),
          new CardDetector(),
          new IpDetector(),
          new PhoneDetector());

  private final List<PiiDetector> detectors;

  private PiiRedactor(List<PiiDetector> detectors) {
    this.detectors = List.copyOf(detectors);
  }

  /** Returns the redactor of the built-in kinds. */
  public static PiiRedactor standard() {
    return new PiiRedactor(BUILT_IN);
  }

  /**
   * Returns the redactor of the built-in kinds and a user's.
   *
   * @param patterns Java regular expressions by the name that stands for what they match
   * @throws IllegalArgumentException if a name or an expression is malformed, or matches the empty
   *     text
   */
  public static PiiRedactor with(Map<String, String> patterns) {
    List<PiiDetector> detectors = new ArrayList<>();
    new TreeMap<>(patterns)
        .forEach((kind, regex) -> detectors.add(PatternDetector.ofUser(kind, regex)));
    detectors.addAll(BUILT_IN);
    return new PiiRedactor(detectors);
  }

  /** Returns what is replaced, in the order of the text, no two overlapping. */
  public List<PiiSpan> find(String text) {
    TreeMap<Integer, PiiSpan> kept = new TreeMap<>();
    for (PiiDetector detector : detectors) {
      List<PiiSpan> spans = new ArrayList<>(detector.find(text));
      spans.sort(
          Comparator.comparingInt(PiiSpan::start)
              .thenComparing(Comparator.comparingInt(PiiSpan::end).reversed()));
      for (PiiSpan span : spans) {
        if (isFree(kept, span)) {
          kept.put(span.start(), span);
        }
      }
    }
    return List.copyOf(kept.values());
  }

  /** Of spans apart from each other, only the nearest on each side can overlap another. */
  private static boolean isFree(NavigableMap<Integer, PiiSpan> kept, PiiSpan span) {
    var before = kept.floorEntry(span.start());
    var after = kept.higherEntry(span.start());
    return (before == null || !span.overlaps(before.getValue()))
        && (after == null || !span.overlaps(after.getValue()));
  }

  /** Returns the text with placeholders. */
  public String redact(String text) {
    List<PiiSpan> spans = find(text);
    if (spans.isEmpty()) {
      return text;
    }
    StringBuilder redacted = new StringBuilder(text.length());
    int at = 0;
    for (PiiSpan span : spans) {
      redacted.append(text, at, span.start()).append(span.placeholder());
      at = span.end();
    }
    return redacted.append(text, at, text.length()).toString();
  }
}
