package org.silotune.llm.generate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.silotune.llm.tokenizer.SpecialTokens;
import org.silotune.llm.tokenizer.TextPiece;
import org.silotune.llm.tokenizer.Tokenizer;

/** A byte is an id; ids from 256 on are special and have no text; 256 ends a turn. */
final class ByteTokenizer implements Tokenizer {

  static final int END = 256;

  private final int vocabularySize;

  ByteTokenizer(int vocabularySize) {
    this.vocabularySize = vocabularySize;
  }

  @Override
  public int[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      ids[i] = bytes[i] & 0xff;
    }
    return ids;
  }

  @Override
  public int[] encode(List<TextPiece> pieces) {
    return encode(pieces.stream().map(TextPiece::text).collect(Collectors.joining()));
  }

  @Override
  public int[] encodeContinuation(List<TextPiece> pieces) {
    return encode(pieces);
  }

  @Override
  public String decode(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      if (id < END) {
        bytes.write(id);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public String decodeVerbatim(int[] ids) {
    return decode(ids);
  }

  @Override
  public OptionalInt specialTokenId(String text) {
    return OptionalInt.empty();
  }

  @Override
  public int vocabularySize() {
    return vocabularySize;
  }

  @Override
  public SpecialTokens specialTokens() {
    return new SpecialTokens(OptionalInt.empty(), OptionalInt.of(END), Set.of(END));
  }

  @Override
  public String sha256() {
    return "0".repeat(64);
  }

  @Override
  public void close() {}
}
