package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.testing.Golden;

/** Ids put together from words are those of the library for the whole text. */
final class WordIdsTest {

  private static final long SEED = 20_26;

  @TempDir Path temp;

  @Test
  void everyCharacterIsCutAsTheLibraryCutsIt() {
    List<String> frames = List.of("a%sb", "1%s2", "!%s?", " %s x", "%1$s%1$s\n", "'%s", " \t%s");
    forEachTokenizer(
        tokenizer -> {
          // of the many thousand Chinese characters and syllables of Hangul every eleventh
          for (int c = 0; c < 1 << Character.SIZE; c += c < 0x4E00 ? 1 : 11) {
            String character = Character.toString((char) c);
            if (WordCutter.knows(character)) {
              for (String frame : frames) {
                assertSame(tokenizer, frame.formatted(character));
              }
            }
          }
        });
  }

  @Test
  void randomTextsHaveTheIdsOfTheLibrary() {
    List<String> parts =
        List.of(
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "'",
            "'s",
            "'re",
            "'LL",
            "'ve",
            "n't",
            "the",
            "The",
            "12",
            "7",
            "½",
            "²",
            "naïve",
            "Ωmega",
            "мир",
            "世界",
            "한국",
            "e\u0301",
            "\u00a0",
            "\u2028",
            "\u3000",
            "“",
            "”",
            "…",
            "—",
            "-",
            "--",
            "!",
            "://",
            "_",
            "{}",
            "\u0000",
            "\u001c",
            "\u0085",
            "\u200b",
            "<|im_end|>",
            "<|im_start|>",
            "<|im_",
            "<",
            "|>",
            "€",
            "😀",
            "\u0378",
            "supercalifragilisticexpialidocious".repeat(3));
    SplittableRandom random = new SplittableRandom(SEED);
    forEachTokenizer(
        tokenizer -> {
          for (int i = 0; i < 4000; i++) {
            StringBuilder text = new StringBuilder();
            IntStream.range(0, random.nextInt(14))
                .forEach(n -> text.append(parts.get(random.nextInt(parts.size()))));
            assertSame(tokenizer, text.toString());
          }
        });
  }

  @Test
  void wordsBeyondThoseThatAreRememberedHaveTheirIdsToo() {
    ObjectNode json = TokenizerJson.MAPPER.createObjectNode().putNull("normalizer");
    json.putObject("model").put("type", "BPE");
    json.set("pre_tokenizer", GgufPreTokenizer.byteLevel(/* usesPattern= */ true));
    WordCutter cutter = WordCutter.of(json).orElseThrow();
    List<String> asked = new ArrayList<>();
    WordIds words =
        new WordIds(
            cutter,
            Map.of("<x>", 7),
            word -> {
              asked.add(word);
              return new int[] {word.hashCode(), word.length()};
            },
            new WordMemory(17));

    assertThat(words.encode("ab ab<x>ab").orElseThrow())
        .containsExactly("ab".hashCode(), 2, " ab".hashCode(), 3, 7, "ab".hashCode(), 2);
    assertThat(asked).containsExactly("ab", " ab");
    for (int i = 0; i < 70_000; i++) {
      String word = word(i);
      assertThat(words.encode(word).orElseThrow()).containsExactly(word.hashCode(), word.length());
    }
    asked.clear();
    for (int i : new int[] {0, 69_999}) {
      String word = word(i);
      assertThat(words.encode(word).orElseThrow()).containsExactly(word.hashCode(), word.length());
    }
    assertThat(asked).containsExactly(word(69_999));
    assertThat(words.encode("ab").orElseThrow()).containsExactly("ab".hashCode(), 2);
    assertThat(words.encode("\u0378")).isEmpty();
  }

  /** A cutter that looked on to the next digit would take minutes. */
  @Test
  void longTextWithoutADigitIsCutInOnePass() {
    forEachTokenizer(
        tokenizer -> {
          String text = "of the people ".repeat(30_000);
          assertSame(tokenizer, text);
        });
  }

  @Test
  void tokenizersThatCutInAnotherWayAreLeftAlone() {
    for (String name : List.of("bpe-llama-bpe", "bpe-qwen2", "bpe-tekken", "pieces-gemma3")) {
      try (Tokenizer tokenizer =
          TokenizerLoader.load(Golden.path("tokenizer/%s.gguf".formatted(name))).tokenizer()) {
        assertThat(((DjlTokenizer) tokenizer).remembersWords()).as(name).isFalse();
      }
    }
  }

  /** A word of letters of its own for every number. */
  private static String word(int number) {
    return Integer.toString(number, 26)
        .chars()
        .map(c -> c <= '9' ? 'q' + c - '0' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private void forEachTokenizer(Consumer<DjlTokenizer> check) {
    Path tiny = TinyTokenizer.copyTo(temp.resolve("tiny"));
    Path digits = copyBundled(temp.resolve("digits"));
    for (Path model : List.of(Golden.path("tokenizer/bpe-smollm.gguf"), tiny, digits)) {
      try (Tokenizer tokenizer = TokenizerLoader.load(model).tokenizer()) {
        DjlTokenizer ours = (DjlTokenizer) tokenizer;
        assertThat(ours.remembersWords()).as(model.toString()).isTrue();
        check.accept(ours);
      }
    }
  }

  /** The bundled model's tokenizer cuts every digit off. */
  private static Path copyBundled(Path folder) {
    try {
      Files.createDirectories(folder);
      for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
        try (InputStream in =
            DjlTokenizer.class.getResourceAsStream("/org/silotune/llm/hub/tiny/" + name)) {
          Files.copy(requireNonNull(in, name), folder.resolve(name));
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSame(DjlTokenizer tokenizer, String text) {
    int[] expected = tokenizer.encodeByLibrary(text);
    if (!Arrays.equals(tokenizer.encode(text), expected)) {
      assertThat(tokenizer.encode(text)).as("<%s>", text.replace("\n", "\\n")).isEqualTo(expected);
    }
  }
}
