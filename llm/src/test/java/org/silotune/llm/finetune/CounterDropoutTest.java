package org.silotune.llm.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.llm.finetune.MicroBatch.Place;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.MetaDevice;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorDevice;
import org.silotune.llm.tensor.CounterRandom;

final class CounterDropoutTest {

  private static final CounterRandom STEP = CounterRandom.ofSeed(5).at("dropout").at(3);
  private static final String NUMBERS =
      """
        def numbers(self, x: Tensor) -> Tensor:
          return torch.to(x, 7)

      """;

  /** Odd widths begin a batch in the middle of a word, and end in one. */
  @ParameterizedTest
  @CsvSource({"0,3,4", "1,3,4", "1,3,5", "7,1,1", "6,1,1", "9,2,7"})
  void aCoordinateIsDroppedByItsPlaceInTheStepAlone(int firstToken, int rows, int width) {
    double[] mask = mask(firstToken, rows, width, 0.4);
    CounterRandom source = STEP.at(2).at(1);
    for (int i = 0; i < mask.length; i++) {
      long counter = (long) firstToken * width + i;
      long word = source.bits(counter / 2);
      long half = counter % 2 == 0 ? word & 0xFFFFFFFFL : word >>> 32;
      assertThat(mask[i]).as("coordinate %d", i).isEqualTo(half / 0x1p32 < 0.4 ? 0 : 1);
    }
  }

  @Test
  void asManyAreDroppedAsAreAskedFor() {
    double kept = 0;
    for (double value : mask(0, 100, 1000, 0.3)) {
      kept += value;
    }
    assertThat(kept / 100_000).isCloseTo(0.7, within(0.005));
    assertThat(new CounterDropout(STEP, List.of(), 0.2, Optional.empty()).compensation())
        .isEqualTo(1.25);
  }

  @Test
  void everyExampleOfABatchIsDroppedAsIfItWereAlone() {
    double[] together = mask(List.of(new Place(9, 2), new Place(4, 3)), 5, 7, 0.4);
    assertThat(Arrays.copyOfRange(together, 0, 14)).isEqualTo(mask(9, 2, 7, 0.4));
    assertThat(Arrays.copyOfRange(together, 14, 35)).isEqualTo(mask(4, 3, 7, 0.4));
  }

  /** Odd places, several examples, a counter above 32 bits; the text runs on the processor here. */
  @Test
  void whatAGpuDrawsIsTheSame() {
    for (double probability : List.of(0.05, 0.4, 0.999)) {
      for (List<Place> places :
          List.of(
              List.of(new Place(0, 1)),
              List.of(new Place(1, 3)),
              List.of(new Place(9, 2), new Place(4, 3), new Place(40, 1)),
              List.of(new Place(1L << 38, 2)))) {
        int rows = places.stream().mapToInt(Place::count).sum();
        for (int width : List.of(1, 3, 64, 127)) {
          assertThat(mask(places, rows, width, probability, true))
              .as("%s of %s, %d wide", probability, places, width)
              .isEqualTo(mask(places, rows, width, probability, false));
        }
      }
    }
  }

  @Test
  void whatAGpuDrawsIsMadeThere() {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = MetaDevice.open()) {
      thread.requireCurrent();
      List<Place> places = List.of(new Place(3, 2), new Place(9, 1));
      var there = Optional.of(DropoutScript.compile(scope).batch(scope, places));
      int before = scope.heldCount();
      for (int width : List.of(5, 6)) {
        NativeTensor mask =
            new CounterDropout(STEP, places, 0.1, there).mask(scope, 2, 1, 3, width);
        assertThat(mask.shape()).containsExactly(3, width);
        mask.close();
      }
      assertThat(scope.heldCount()).isEqualTo(before);
    }
  }

  /**
   * Whatever the text launches, it launches once: it neither loops nor is given the examples, of
   * which the tensor of rows alone tells.
   */
  @Test
  void whatAGpuLaunchesDoesNotGrowWithTheExamples() {
    assertThat(DropoutScript.TEXT).doesNotContainPattern("\\b(for|while|List)\\b");
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
      thread.requireCurrent();
      DropoutScript script = DropoutScript.compile(scope);
      int before = scope.heldCount();
      var batch = script.batch(scope, List.of(new Place(3, 2), new Place(9, 1), new Place(0, 3)));
      assertThat(scope.heldCount()).as("sent once").isEqualTo(before + 1);
      assertThat(batch.tokens().shape()).containsExactly(6);
    }
  }

  private static double[] mask(int firstToken, int rows, int width, double probability) {
    return mask(List.of(new Place(firstToken, rows)), rows, width, probability);
  }

  private static double[] mask(List<Place> places, int rows, int width, double probability) {
    return mask(places, rows, width, probability, false);
  }

  private static double[] mask(
      List<Place> places, int rows, int width, double probability, boolean byScript) {
    try (ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
      thread.requireCurrent();
      ScriptModule script = ScriptModule.compile(scope, NUMBERS);
      return script
          .call("numbers")
          .tensor(
              new CounterDropout(
                      STEP,
                      places,
                      probability,
                      byScript
                          ? Optional.of(DropoutScript.compile(scope).batch(scope, places))
                          : Optional.empty())
                  .mask(scope, 2, 1, rows, width))
          .toTensor(scope)
          .toDoubles();
    }
  }
}
