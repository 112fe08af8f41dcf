package org.silotune.fed.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.silotune.fed.FederationException;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.client.SiloReply.Status;

final class SiloRepliesTest {

  private static final SiloReplies<Integer> ANSWERED =
      SiloReplies.of(List.of(SiloReply.of("b", 2, "h", ""), SiloReply.of("a", 1, "h", "")));
  private static final SiloReplies<Integer> MISPLACED =
      SiloReplies.of(List.of(SiloReply.without("c", Status.MISPLACED, "not here", "h")));

  @Test
  void partsAddUpInAnyOrderAndAreInNameOrder() {
    assertThat(MISPLACED.plus(ANSWERED).bySilo()).isEqualTo(ANSWERED.plus(MISPLACED).bySilo());
    assertThat(MISPLACED.plus(ANSWERED).bySilo().keySet()).containsExactly("a", "b", "c");
    assertThat(MISPLACED.plus(ANSWERED).misplaced()).containsExactly("c");
  }

  @Test
  void aSiloIsAskedOnce() {
    assertThatThrownBy(() -> ANSWERED.plus(ANSWERED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid replies: silo a is in both parts");
  }

  @Test
  void onlyWhoGaveNoAnswerIsTakenOut() {
    assertThat(ANSWERED.plus(MISPLACED).minus(List.of("c")).bySilo()).isEqualTo(ANSWERED.bySilo());
    assertThatThrownBy(() -> ANSWERED.minus(List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot take out silo a: it answered, or it was not asked");
  }

  @Test
  void someAnswersAreEnoughAndNoneIsAnErrorWithTheFirstReasons() {
    ANSWERED.plus(MISPLACED).requireAnswers("test loss");
    SiloReplies<Integer> none =
        SiloReplies.of(
            IntStream.range(0, 10)
                .mapToObj(i -> SiloReply.<Integer>without("s" + i, Status.LOST, "disk gone", ""))
                .toList());

    assertThatThrownBy(() -> none.requireAnswers("test loss"))
        .isInstanceOf(FederationException.class)
        .hasMessageStartingWith(
            "Cannot compute test loss: none of 10 silos could be asked: s0: lost, disk gone; s1: lost")
        .hasMessageEndingWith("; s7: lost, disk gone; ...");
  }
}
