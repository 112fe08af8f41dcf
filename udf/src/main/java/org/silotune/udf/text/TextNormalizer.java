package org.silotune.udf.text;

import java.text.Normalizer;
import java.util.OptionalInt;

/**
 * One spelling for texts that look the same: Unicode form NFC, line feeds for all line ends, and no
 * character that nobody sees or types.
 *
 * <p>CR LF and a lone CR become LF. Dropped are control characters (Cc) but tab and line feed, the
 * byte order mark U+FEFF, and the code points that Unicode reserves as noncharacters; half a
 * surrogate pair becomes U+FFFD. Everything else stays, joiners and spaces too. The result is a
 * fixed point: normalising it again changes nothing.
 */
public final class TextNormalizer {

  private static final char DELETE = 0x7F;
  private static final int BYTE_ORDER_MARK = 0xFEFF;
  private static final int REPLACEMENT = 0xFFFD;

  private TextNormalizer() {}

  /** Returns the normalised text. */
  public static String normalize(String text) {
    // Dropped before composing: what a dropped character kept apart may compose.
    String kept = needsEdit(text) ? edit(text) : text;
    return Normalizer.isNormalized(kept, Normalizer.Form.NFC)
        ? kept
        : Normalizer.normalize(kept, Normalizer.Form.NFC);
  }

  private static boolean needsEdit(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < DELETE) {
        continue; // most characters
      }
      int codePoint = text.codePointAt(i);
      if (codePoint == '\r' || isDropped(codePoint) || isHalf(codePoint)) {
        return true;
      }
      i += Character.charCount(codePoint) - 1;
    }
    return false;
  }

  private static String edit(String text) {
    StringBuilder edited = new StringBuilder(text.length());
    OptionalInt before = OptionalInt.empty();
    for (int codePoint : text.codePoints().toArray()) {
      boolean endsPair = codePoint == '\n' && before.isPresent() && before.getAsInt() == '\r';
      if (codePoint == '\r') {
        edited.append('\n');
      } else if (isHalf(codePoint)) {
        edited.appendCodePoint(REPLACEMENT);
      } else if (!endsPair && !isDropped(codePoint)) {
        edited.appendCodePoint(codePoint);
      }
      before = OptionalInt.of(codePoint);
    }
    return edited.toString();
  }

  private static boolean isDropped(int codePoint) {
    boolean control = Character.getType(codePoint) == Character.CONTROL;
    return (control && codePoint != '\t' && codePoint != '\n' && codePoint != '\r')
        || codePoint == BYTE_ORDER_MARK
        || (codePoint & 0xFFFE) == 0xFFFE
        || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
  }

  private static boolean isHalf(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }
}
