package org.silotune.prep.source;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.silotune.llm.tokenizer.UnicodeText;

/** Bytes to text that never replaces a byte by a question mark. Not thread-safe. */
final class StrictUtf8 {

  private static final char REPLACEMENT = 0xFFFD;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  /**
   * Returns the text of a record.
   *
   * @throws RejectedRecordException with the offset in the file of the first byte that is not UTF-8
   */
  String decode(RawRecord record) throws RejectedRecordException {
    if (record.rejection().isPresent()) {
      throw record.rejection().get();
    }
    String text = new String(record.bytes(), StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : decodeSlowly(record);
  }

  /** Tells a replacement character that the record has from one in place of a byte. */
  private String decodeSlowly(RawRecord record) throws RejectedRecordException {
    ByteBuffer in = ByteBuffer.wrap(record.bytes());
    CharBuffer out = CharBuffer.allocate(record.bytes().length);
    CoderResult result = decoder.reset().decode(in, out, /* endOfInput= */ true);
    if (result.isError()) {
      throw new RejectedRecordException(
          QuarantineReason.INVALID_UTF8,
          "byte 0x%02x at offset %d is not UTF-8"
              .formatted(in.get(in.position()) & 0xff, record.offset() + in.position()));
    }
    return out.flip().toString();
  }

  /**
   * Checks that a text can be written as UTF-8: a JSON escape can name half a surrogate pair.
   *
   * @throws RejectedRecordException if it cannot
   */
  static void requireEncodable(String column, String text) throws RejectedRecordException {
    OptionalInt half = UnicodeText.loneSurrogate(text);
    if (half.isPresent()) {
      throw new RejectedRecordException(
          QuarantineReason.INVALID_UTF8,
          "column %s has half of a surrogate pair at character %d"
              .formatted(column, half.getAsInt()));
    }
  }
}
