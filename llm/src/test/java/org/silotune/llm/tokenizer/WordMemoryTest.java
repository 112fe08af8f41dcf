package org.silotune.llm.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
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
        IdList list = new IdList(0);
        memory.addTo(list, "<" + word + ">", 1, 1 + word.length(), text -> ids(text, asked));
        int[] ids = list.toArray();
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
      IdList list = new IdList(0);
      memory.addTo(list, word, 0, 1, text -> ids(text, asked));
      assertThat(list.toArray()).containsExactly(word.charAt(0));
    }
    assertThat(asked).containsExactly("a", "b", "c", "c");
  }

  @Test
  void aWordMayHaveAnyNumberOfIdsOfAnySize() {
    int[] sizes = {0, 1, (1 << 20) - 1, 1 << 20, Integer.MAX_VALUE};
    List<int[]> lists = new ArrayList<>(List.of(new int[0]));
    for (int length = 1; length <= 4; length++) {
      for (int first : sizes) {
        for (int last : sizes) {
          int[] ids = new int[length];
          ids[0] = first;
          ids[length - 1] = last;
          lists.add(ids);
        }
      }
    }
    WordMemory memory = new WordMemory(8);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < lists.size(); i++) {
        int[] ids = lists.get(i);
        IdList list = new IdList(0);
        memory.addTo(list, "w" + i, 0, 1 + Integer.toString(i).length(), word -> ids);
        assertThat(list.toArray()).as("word %d, time %d", i, round).isEqualTo(ids);
      }
    }
  }

  @Test
  void threadsThatRememberAtOnceFindTheIdsOfTheirWords() {
    WordMemory memory = new WordMemory(12);
    List<List<String>> wrong =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(thread -> wrong(memory, new SplittableRandom(SEED + thread)))
            .toList();
    assertThat(wrong).allSatisfy(words -> assertThat(words).isEmpty());
  }

  private static List<String> wrong(WordMemory memory, SplittableRandom random) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      String word = Integer.toString(random.nextInt(3_000));
      IdList list = new IdList(0);
      memory.addTo(list, word, 0, word.length(), text -> ids(text, new ArrayList<>()));
      if (!Arrays.equals(list.toArray(), ids(word, new ArrayList<>()))) {
        wrong.add(word);
      }
    }
    return wrong;
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
