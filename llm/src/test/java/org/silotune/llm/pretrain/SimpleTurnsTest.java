package org.silotune.llm.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.ChatMessage;

final class SimpleTurnsTest {

  @Test
  void questionsAndAnswersAlternate() {
    for (int seed = 0; seed < 500; seed++) {
      List<ChatMessage> turns = conversation(seed);
      assertThat(turns).hasSizeBetween(2, 6);
      for (int i = 0; i < turns.size(); i++) {
        assertThat(turns.get(i).role()).isEqualTo(i % 2 == 0 ? "user" : "assistant");
        assertThat(turns.get(i).content()).isNotBlank().doesNotContain("%", "null");
      }
    }
  }

  @Test
  void aSeedGivesTheSameConversationAndOthersDiffer() {
    Set<List<ChatMessage>> conversations = new HashSet<>();
    for (int seed = 0; seed < 200; seed++) {
      assertThat(conversation(seed)).isEqualTo(conversation(seed));
      conversations.add(conversation(seed));
    }
    assertThat(conversations).hasSizeGreaterThan(150);
  }

  @Test
  void answersAreRight() {
    for (int seed = 0; seed < 2000; seed++) {
      List<ChatMessage> turns = conversation(seed);
      String question = turns.get(0).content();
      String answer = turns.get(1).content();
      if (question.equals("What is three plus four?")) {
        assertThat(answer).isEqualTo("seven");
      } else if (question.equals("Which day comes after Sunday?")) {
        assertThat(answer).isEqualTo("Monday");
      } else if (question.startsWith("Count from two to ")) {
        assertThat(answer).startsWith("two, three");
      } else if (question.startsWith("Repeat the word ")) {
        assertThat(question).isEqualTo("Repeat the word %s.", answer);
      } else if (question.contains(" Who went to the ")) {
        assertThat(question).startsWith(answer + " went");
      }
    }
  }

  private static List<ChatMessage> conversation(long seed) {
    return SimpleTurns.conversation(new Draws(CounterRandom.ofSeed(seed)));
  }
}
