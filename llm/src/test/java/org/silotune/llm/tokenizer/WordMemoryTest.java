package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A word that is asked for again has its own ids, whatever words are like it. */
final class WordMemoryTest {

  private static final long SEED = 20_26;

  /** Characters that a sum of shifted ones would mix up, and some that eight bits do not hold. */
  private static final String ALPHABET = "\u0000a\u00ff\u0100\u4e16";

  @Test
  void wordsAreToldApartByLengthAndByEveryCharacter() {
    TreeSet<String> words = new TreeSet<>();
    addAllUpTo(4, "", words);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int length = 5; length <= 33; length++) {
      for (int i = 0; i < 100; i++) {
        words.add(random(length, 1 + random.nextInt(ALPHABET.length()), random));
      }
    }
    List<String> asked = new ArrayList<>();
    WordMemory memory = new WordMemory(14);
    for (int round = 0; round < 2; round++) {
      for (String word : words) {
        int[] ids = memory.of("<" + word + ">", 1, 1 + word.length(), text -> ids(text, asked));
        assertThat(ids).as("%s, seed %d", word, SEED).isEqualTo(ids(word, new ArrayList<>()));
      }
    }
    List<String> forgotten = words.stream().filter(word -> word.length() > 32).toList();
    assertThat(asked).hasSize(words.size() + forgotten.size()).containsAll(words);
    assertThat(asked.subList(words.size(), asked.size())).isEqualTo(forgotten);
  }

  @Test
  void whatIsBeyondTheMemoryIsAskedForEveryTime() {
    List<String> asked = new ArrayList<>();
    WordMemory memory = new WordMemory(2);
    for (String word : List.of("a", "b", "c", "c", "a", "b")) {
      assertThat(memory.of(word, 0, 1, text -> ids(text, asked))).containsExactly(word.charAt(0));
    }
    assertThat(asked).containsExactly("a", "b", "c", "c");
  }

  private static int[] ids(String word, List<String> asked) {
    asked.add(word);
    return word.chars().toArray();
  }

  private static void addAllUpTo(int length, String start, Set<String> words) {
    for (int i = 0; i < ALPHABET.length(); i++) {
      String word = start + ALPHABET.charAt(i);
      words.add(word);
      if (length > 1) {
        addAllUpTo(length - 1, word, words);
      }
    }
  }

  private static String random(int length, int letters, SplittableRandom random) {
    StringBuilder word = new StringBuilder();
    while (word.length() < length) {
      word.append(ALPHABET.charAt(random.nextInt(letters)));
    }
    return word.toString();
  }
}
