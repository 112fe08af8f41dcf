package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.llm.tokenizer.TokenizedExample;

final class ExampleOrderTest {

  private static final List<TokenizedExample> EXAMPLES = FixtureExamples.draw(10, 1);

  @Test
  void everyPassTakesEveryExampleOnceInAnOrderOfItsOwn() {
    ExampleOrder order = new ExampleOrder(EXAMPLES, 4, 7);
    assertThat(order.stepsPerEpoch()).isEqualTo(3);
    List<List<TokenizedExample>> passes = new ArrayList<>();
    for (int pass = 0; pass < 3; pass++) {
      List<TokenizedExample> taken = new ArrayList<>();
      for (int step = 1; step <= 3; step++) {
        List<TokenizedExample> batch = order.batch(pass * 3 + step);
        assertThat(batch).hasSize(step < 3 ? 4 : 2);
        taken.addAll(batch);
      }
      assertThat(taken).containsExactlyInAnyOrderElementsOf(EXAMPLES);
      passes.add(taken);
    }
    assertThat(passes).doesNotHaveDuplicates();
  }

  @Test
  void aStepIsTheSameWhateverWasAskedBefore() {
    ExampleOrder forward = new ExampleOrder(EXAMPLES, 3, 7);
    ExampleOrder backward = new ExampleOrder(EXAMPLES, 3, 7);
    List<List<TokenizedExample>> batches = new ArrayList<>();
    for (int step = 1; step <= 12; step++) {
      batches.add(forward.batch(step));
    }
    for (int step = 12; step >= 1; step--) {
      assertThat(backward.batch(step)).isEqualTo(batches.get(step - 1));
    }
    assertThat(new ExampleOrder(EXAMPLES, 3, 8).batch(1)).isNotEqualTo(batches.get(0));
  }
}
