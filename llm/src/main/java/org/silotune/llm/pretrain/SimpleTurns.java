package org.silotune.llm.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.silotune.llm.tokenizer.ChatMessage;

/**
 * Small conversations that teach the tiny model what a turn is: counting, sums in words, facts
 * about colours, animals and days, opposites, copying, and finding a name or a place in a sentence.
 *
 * <p>The texts are this project's own and released into the public domain (CC0 1.0). None of them
 * is a row of the quickstart's data.
 */
final class SimpleTurns {

  private static final List<String> NUMBERS =
      List.of(
          "zero",
          "one",
          "two",
          "three",
          "four",
          "five",
          "six",
          "seven",
          "eight",
          "nine",
          "ten",
          "eleven",
          "twelve",
          "thirteen",
          "fourteen",
          "fifteen",
          "sixteen",
          "seventeen",
          "eighteen",
          "nineteen",
          "twenty");
  private static final List<String> DAYS =
      List.of("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday");
  private static final List<String> NAMES =
      List.of(
          "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Iris", "Jacob",
          "Kate", "Leo", "Mary", "Noah", "Olive", "Peter", "Rose", "Simon", "Tom", "Vera");
  private static final List<String> PLACES =
      List.of(
          "market", "river", "garden", "church", "school", "castle", "harbour", "forest", "mill",
          "tower", "bridge", "field");
  private static final List<String> THINGS =
      List.of(
          "pear", "basket", "candle", "drum", "shell", "feather", "glove", "hammer", "kettle",
          "lamp", "mirror", "needle", "ring", "spoon", "table", "wheel", "book", "coin", "letter",
          "rope");
  private static final List<String> CONTAINERS =
      List.of("box", "bag", "chest", "cup", "drawer", "pocket", "barrel", "jar");
  private static final String[][] COLOURS = {
    {"grass", "green"}, {"snow", "white"}, {"coal", "black"}, {"the sky by day", "blue"},
    {"blood", "red"}, {"a lemon", "yellow"}, {"milk", "white"}, {"a raven", "black"},
    {"gold", "yellow"}, {"the night", "black"}, {"a leaf in spring", "green"}, {"the sea", "blue"},
  };
  private static final String[][] SOUNDS = {
    {"cow", "moo"}, {"dog", "woof"}, {"cat", "meow"}, {"duck", "quack"}, {"sheep", "baa"},
    {"pig", "oink"}, {"owl", "hoot"}, {"bee", "buzz"}, {"frog", "croak"}, {"snake", "hiss"},
  };
  private static final String[][] OPPOSITES = {
    {"hot", "cold"},
    {"big", "small"},
    {"day", "night"},
    {"young", "old"},
    {"open", "closed"},
    {"high", "low"},
    {"fast", "slow"},
    {"light", "dark"},
    {"wet", "dry"},
    {"rich", "poor"},
    {"early", "late"},
    {"full", "empty"},
    {"long", "short"},
    {"strong", "weak"},
    {"sweet", "bitter"},
    {"love", "hate"},
    {"war", "peace"},
    {"friend", "enemy"},
  };
  private static final List<Function<Draws, ChatMessage[]>> KINDS =
      List.of(
          SimpleTurns::count,
          SimpleTurns::add,
          SimpleTurns::compare,
          SimpleTurns::colour,
          SimpleTurns::sound,
          SimpleTurns::opposite,
          SimpleTurns::nextDay,
          SimpleTurns::copy,
          SimpleTurns::list,
          SimpleTurns::findName,
          SimpleTurns::findPlace,
          SimpleTurns::findThing);

  private SimpleTurns() {}

  /** Returns a conversation of one to three questions with their answers. */
  static List<ChatMessage> conversation(Draws draws) {
    List<ChatMessage> turns = new ArrayList<>();
    int questions = draws.below(4) == 0 ? 2 + draws.below(2) : 1;
    for (int i = 0; i < questions; i++) {
      turns.addAll(List.of(pick(KINDS, draws).apply(draws)));
    }
    return turns;
  }

  private static ChatMessage[] count(Draws draws) {
    int from = draws.below(15);
    int to = from + 1 + draws.below(5);
    return turn(
        "Count from %s to %s.".formatted(NUMBERS.get(from), NUMBERS.get(to)),
        String.join(", ", NUMBERS.subList(from, to + 1)));
  }

  private static ChatMessage[] add(Draws draws) {
    int a = draws.below(11);
    int b = draws.below(11);
    return turn(
        "What is %s plus %s?".formatted(NUMBERS.get(a), NUMBERS.get(b)), NUMBERS.get(a + b));
  }

  private static ChatMessage[] compare(Draws draws) {
    int a = draws.below(21);
    int b = (a + 1 + draws.below(20)) % 21;
    return turn(
        "Is %s more than %s?".formatted(NUMBERS.get(a), NUMBERS.get(b)), a > b ? "yes" : "no");
  }

  private static ChatMessage[] colour(Draws draws) {
    String[] fact = COLOURS[draws.below(COLOURS.length)];
    return turn("What colour is %s?".formatted(fact[0]), fact[1]);
  }

  private static ChatMessage[] sound(Draws draws) {
    String[] fact = SOUNDS[draws.below(SOUNDS.length)];
    return draws.coin()
        ? turn("What does a %s say?".formatted(fact[0]), fact[1])
        : turn("Which animal says %s?".formatted(fact[1]), "a " + fact[0]);
  }

  private static ChatMessage[] opposite(Draws draws) {
    String[] pair = OPPOSITES[draws.below(OPPOSITES.length)];
    int asked = draws.below(2);
    return turn("What is the opposite of %s?".formatted(pair[asked]), pair[1 - asked]);
  }

  private static ChatMessage[] nextDay(Draws draws) {
    int day = draws.below(DAYS.size());
    return draws.coin()
        ? turn("Which day comes after %s?".formatted(DAYS.get(day)), DAYS.get((day + 1) % 7))
        : turn("Which day comes before %s?".formatted(DAYS.get(day)), DAYS.get((day + 6) % 7));
  }

  private static ChatMessage[] copy(Draws draws) {
    String word = draws.coin() ? pick(THINGS, draws) : pick(PLACES, draws);
    return turn("Repeat the word %s.".formatted(word), word);
  }

  private static ChatMessage[] list(Draws draws) {
    String a = pick(THINGS, draws);
    String b = pick(PLACES, draws);
    String c = pick(NAMES, draws);
    return draws.coin()
        ? turn("Which word comes first: %s, %s, %s?".formatted(a, b, c), a)
        : turn("Which word comes last: %s, %s, %s?".formatted(a, b, c), c);
  }

  private static ChatMessage[] findName(Draws draws) {
    String name = pick(NAMES, draws);
    String place = pick(PLACES, draws);
    return turn(
        "%s went to the %s with a %s. Who went to the %s?"
            .formatted(name, place, pick(THINGS, draws), place),
        name);
  }

  private static ChatMessage[] findPlace(Draws draws) {
    String name = pick(NAMES, draws);
    String place = pick(PLACES, draws);
    return turn(
        "%s lost a %s near the %s. Where was %s?".formatted(name, pick(THINGS, draws), place, name),
        "near the " + place);
  }

  private static ChatMessage[] findThing(Draws draws) {
    String container = pick(CONTAINERS, draws);
    String thing = pick(THINGS, draws);
    return turn(
        "%s put a %s into the %s. What is in the %s?"
            .formatted(pick(NAMES, draws), thing, container, container),
        "a " + thing);
  }

  private static ChatMessage[] turn(String question, String answer) {
    return new ChatMessage[] {
      new ChatMessage("user", question), new ChatMessage("assistant", answer)
    };
  }

  private static <T> T pick(List<T> values, Draws draws) {
    return values.get(draws.below(values.size()));
  }
}
