package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.llm.finetune.MicroBatch.Place;
import org.silotune.llm.tensor.CounterRandom;
import org.silotune.llm.tokenizer.TokenizedExample;

final class EvenBatchesTest {

  @Test
  void aStepWithinTheBudgetIsOneBatchInItsOrder() {
    List<MicroBatch> batches = EvenBatches.cut(examples(3, 9, 5), 17);
    assertThat(batches).hasSize(1);
    assertThat(batches.get(0).tokens().tokenCount()).isEqualTo(17);
    assertThat(batches.get(0).places())
        .containsExactly(new Place(0, 3), new Place(3, 9), new Place(12, 5));
  }

  @Test
  void eightRowsOfWordProblemsAreTwoBatchesOfOneSize() {
    List<MicroBatch> batches =
        EvenBatches.cut(examples(120, 310, 205, 180, 260, 240, 150, 235), 1024);
    assertThat(sizes(batches)).containsExactly(855, 845);
  }

  @Test
  void batchesAreAPowerOfTwoUnlessThereAreFewerExamples() {
    assertThat(EvenBatches.cut(examples(10, 10, 10, 10, 10), 20)).hasSize(4);
    assertThat(EvenBatches.cut(examples(10, 10, 10), 10)).hasSize(3);
  }

  @Test
  void anExampleAboveTheBudgetIsABatchOfItsOwn() {
    assertThat(sizes(EvenBatches.cut(examples(8, 100, 30, 20, 31), 50)))
        .containsExactly(100, 50, 39);
  }

  @Test
  void noBatchIsAboveTheBudgetAndNoExampleIsLost() {
    CounterRandom random = CounterRandom.ofSeed(7);
    for (int round = 0; round < 200; round++) {
      List<TokenizedExample> examples = new ArrayList<>();
      for (int e = 0; e < 1 + random.at(round).below(0, 40); e++) {
        examples.add(example(e, 1 + random.at(round).below(e + 1, 300)));
      }
      int total = examples.stream().mapToInt(TokenizedExample::length).sum();
      for (int budget : new int[] {1, 256, 1024}) {
        List<MicroBatch> batches = EvenBatches.cut(examples, budget);
        assertThat(batches)
            .allMatch(batch -> batch.tokens().tokenCount() <= budget || batch.places().size() == 1);
        assertThat(sizes(batches).stream().mapToInt(i -> i).sum()).isEqualTo(total);
        assertThat(batches.stream().mapToInt(batch -> batch.places().size()).sum())
            .isEqualTo(examples.size());
      }
    }
  }

  @Test
  void aBudgetBelowOneIsRefused() {
    assertThatThrownBy(() -> EvenBatches.cut(examples(1), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid token budget 0: must be >= 1");
  }

  private static List<Integer> sizes(List<MicroBatch> batches) {
    return batches.stream().map(batch -> batch.tokens().tokenCount()).toList();
  }

  private static List<TokenizedExample> examples(int... lengths) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (int length : lengths) {
      examples.add(example(examples.size(), length));
    }
    return examples;
  }

  private static TokenizedExample example(int number, int length) {
    int[] ids = new int[length];
    return new TokenizedExample("example " + number, ids, ids);
  }
}
