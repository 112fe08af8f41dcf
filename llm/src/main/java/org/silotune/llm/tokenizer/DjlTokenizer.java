package org.silotune.llm.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.silotune.llm.LlmException;

/**
 * The {@code tokenizers} library behind {@link Tokenizer}, through DJL's binding.
 *
 * <p>A text that quotes a control token goes to a second native tokenizer, made on first need, in
 * which control tokens are spelled with a random secret: the markup is respelled, the content
 * cannot be. So the ids of an innocent text are those of the library to the last one, and a hostile
 * one cannot end its turn. Where the tokenizer's way of cutting words is known, the library is
 * asked for words, once each.
 */
final class DjlTokenizer implements Tokenizer {

  /** The native tokenizers of one vocabulary. */
  private enum Variant {
    PLAIN,
    CONTINUATION,
    SEALED,
    SEALED_CONTINUATION
  }

  static {
    // Unasked, DJL would report its use and, where there is a GPU, fetch another native library.
    System.getProperties().putIfAbsent("OPT_OUT_TRACKING", "true");
    System.getProperties().putIfAbsent("RUST_FLAVOR", "cpu");
  }

  private final TokenizerJson json;
  private final SpecialTokens specialTokens;
  private final String sha256;
  private final ControlTokens controlTokens;
  private final String secret = secret();
  private final Map<Variant, HuggingFaceTokenizer> natives = new EnumMap<>(Variant.class);

  /** Shared by those who use a native tokenizer; exclusive to the one who frees them. */
  private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

  private final Optional<WordIds> words;
  private boolean closed;

  DjlTokenizer(TokenizerJson json, SpecialTokens specialTokens) {
    this.json = json;
    this.specialTokens = specialTokens;
    this.sha256 = json.sha256();
    this.controlTokens = new ControlTokens(json.specialTokens().keySet());
    this.words =
        json.words().map(cutter -> new WordIds(cutter, json.addedTokens(), this::encodeByLibrary));
    natives.put(Variant.PLAIN, open(json));
  }

  @Override
  public int[] encode(String text) {
    return encode(Variant.PLAIN, text);
  }

  @Override
  public int[] encode(List<TextPiece> pieces) {
    return encode(pieces, Variant.PLAIN, Variant.SEALED);
  }

  @Override
  public int[] encodeContinuation(List<TextPiece> pieces) {
    if (!json.addsPrefixSpace()) {
      return encode(pieces);
    }
    return encode(pieces, Variant.CONTINUATION, Variant.SEALED_CONTINUATION);
  }

  private int[] encode(List<TextPiece> pieces, Variant innocent, Variant hostile) {
    String text = joined(pieces, TextPiece::text);
    if (!controlTokens.occurInContent(pieces, text)) {
      return encode(innocent, text);
    }
    return encode(
        hostile,
        joined(
            pieces,
            piece ->
                piece.isContent()
                    ? piece.text()
                    : controlTokens.replace(piece.text(), this::seal)));
  }

  private static String joined(List<TextPiece> pieces, Function<TextPiece, String> text) {
    if (pieces.size() == 1) {
      return text.apply(pieces.get(0));
    }
    StringBuilder joined = new StringBuilder();
    pieces.forEach(piece -> joined.append(text.apply(piece)));
    return joined.toString();
  }

  private int[] encode(Variant variant, String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    lifetime.readLock().lock();
    try {
      requireOpen();
      Optional<int[]> ids =
          variant == Variant.PLAIN ? words.flatMap(known -> known.encode(text)) : Optional.empty();
      return ids.isPresent() ? ids.get() : encodeByLibrary(variant, text);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  /** Returns whether the library is asked for words. */
  boolean remembersWords() {
    return words.isPresent();
  }

  /** Returns the ids that the library gives the whole text. */
  int[] encodeByLibrary(String text) {
    return encodeByLibrary(Variant.PLAIN, text);
  }

  private int[] encodeByLibrary(Variant variant, String text) {
    requireWellFormed(text);
    lifetime.readLock().lock();
    try {
      long encoding = TokenizersLibrary.LIB.encode(nativeTokenizer(variant), text, false);
      try {
        return toInts(TokenizersLibrary.LIB.getTokenIds(encoding));
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } finally {
      lifetime.readLock().unlock();
    }
  }

  @Override
  public String decode(int[] ids) {
    return decode(ids, /* skipSpecialTokens= */ true);
  }

  @Override
  public String decodeVerbatim(int[] ids) {
    return decode(ids, /* skipSpecialTokens= */ false);
  }

  private String decode(int[] ids, boolean skipSpecialTokens) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= vocabularySize()) {
        throw new IllegalArgumentException(
            "Invalid token id %d at position %d: must be in [0, %d)"
                .formatted(ids[i], i, vocabularySize()));
      }
      wide[i] = ids[i];
    }
    lifetime.readLock().lock();
    try {
      return TokenizersLibrary.LIB.decode(nativeTokenizer(Variant.PLAIN), wide, skipSpecialTokens);
    } finally {
      lifetime.readLock().unlock();
    }
  }

  @Override
  public OptionalInt specialTokenId(String text) {
    Integer id = json.specialTokens().get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public int vocabularySize() {
    return json.vocabularySize();
  }

  @Override
  public SpecialTokens specialTokens() {
    return specialTokens;
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      closed = true;
      natives.values().forEach(HuggingFaceTokenizer::close);
      natives.clear();
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Tokenizer %s is closed".formatted(json.origin()));
    }
  }

  private long nativeTokenizer(Variant variant) {
    requireOpen();
    synchronized (natives) {
      return natives.computeIfAbsent(variant, key -> open(variant(key))).getHandle();
    }
  }

  private TokenizerJson variant(Variant variant) {
    return switch (variant) {
      case PLAIN -> json;
      case CONTINUATION -> json.withoutPrefixSpace();
      case SEALED -> json.sealed(this::seal);
      case SEALED_CONTINUATION -> json.withoutPrefixSpace().sealed(this::seal);
    };
  }

  private static String secret() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private String seal(String controlToken) {
    return "<" + secret + json.specialTokens().get(controlToken) + ">";
  }

  private static HuggingFaceTokenizer open(TokenizerJson json) {
    Map<String, String> options =
        Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");
    byte[] bytes = json.canonical().getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options);
    } catch (IOException | RuntimeException e) {
      // The position would be one in the canonical text, which is all one line.
      String reason = String.valueOf(e.getMessage()).replaceAll(" at line 1 column \\d+$", "");
      throw new LlmException("Invalid tokenizer %s: %s".formatted(json.origin(), reason), e);
    }
  }

  /** The native side would replace it without a word. */
  private static void requireWellFormed(String text) {
    OptionalInt position = UnicodeText.loneSurrogate(text);
    if (position.isPresent()) {
      throw new LlmException(
          "Invalid text: unpaired surrogate U+%04X at character %d, which has no UTF-8"
              .formatted((int) text.charAt(position.getAsInt()), position.getAsInt()));
    }
  }

  private static int[] toInts(long[] ids) {
    int[] ints = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ints[i] = Math.toIntExact(ids[i]);
    }
    return ints;
  }
}
