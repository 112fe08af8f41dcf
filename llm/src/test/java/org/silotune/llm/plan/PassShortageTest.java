package org.silotune.llm.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.llm.InsufficientMemoryException;
import org.silotune.llm.LlmException;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.FixtureModels;
import org.silotune.llm.script.RefusedMemory;
import org.silotune.llm.tokenizer.TokenizedExample;

/** The bundled model: L 4, D 192, 6 heads of 32, 2 of keys and values, F 512, V 2048; float16. */
final class PassShortageTest {

  @Test
  void whatPassesTakeIsNamedWithWhatToSet() {
    try (DecoderModel model = FixtureModels.bundled()) {
      PassShortage shortage =
          PassShortage.of("generate", "ask for less", model, 512, 100).withCaches(16, 300);
      assertThat(bytes(shortage, "logits of 100 positions")).isEqualTo(2 * 4 * 100 * 2048);
      assertThat(bytes(shortage, "keys and values of 16 sequences of 300"))
          .isEqualTo(2L * 4 * (2 * 32) * 4 * 16 * 300);
      assertThat(bytes(shortage, "base weights")).isEqualTo(model.footprint().mappedBytes());
      assertThatThrownBy(
              () ->
                  shortage.run(
                      () -> {
                        throw RefusedMemory.onGpu("1.50 GiB");
                      }))
          .isInstanceOf(InsufficientMemoryException.class)
          .hasMessage(
              "Cannot generate: 1.61 GB more of the GPU's memory were refused; the largest of tiny are keys and values of 16 sequences of 300 9.83 MB, a layer of 512 tokens 5.52 MB, base weights 3.94 MB; ask for less, take a smaller base (precision.base, --base), or let fewer tasks share the GPU (spark.task.resource.gpu.amount)");
      assertThat(shortage.refused(RefusedMemory.ofProcess(3_000_000)))
          .hasMessageStartingWith(
              "Cannot generate: 3.00 MB more of native memory were refused; the largest")
          .hasMessageEndingWith(
              "; ask for less, take a smaller base (precision.base, --base), or give the process more (spark.executor.memoryOverhead)");
    }
  }

  @Test
  void packedExamplesTakeWhatTheLargestPassDoes() {
    try (DecoderModel model = FixtureModels.bundled()) {
      int[] ids = new int[300];
      List<TokenizedExample> two =
          List.of(new TokenizedExample("a", ids, ids), new TokenizedExample("b", ids, ids));
      long one = bytes(PassShortage.of("score", "x", model, 1, 0), "a layer of 1 tokens");
      assertThat(
              bytes(PassShortage.of("score", "x", model, two, 1024, 128), "a layer of 600 tokens"))
          .isEqualTo(600 * one);
      assertThat(
              bytes(PassShortage.of("score", "x", model, two, 256, 128), "a layer of 300 tokens"))
          .isEqualTo(300 * one);
    }
  }

  @Test
  void otherFailuresStayWhatTheyAre() {
    try (DecoderModel model = FixtureModels.bundled()) {
      LlmException other = new LlmException("Cannot choose the next token");
      assertThatThrownBy(
              () ->
                  PassShortage.of("generate", "x", model, 1, 1)
                      .run(
                          () -> {
                            throw other;
                          }))
          .isSameAs(other);
    }
  }

  private static long bytes(PassShortage shortage, String name) {
    return shortage.consumers().stream()
        .filter(consumer -> consumer.name().equals(name))
        .mapToLong(MemoryConsumer::bytes)
        .sum();
  }
}
