package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.ComputeThread.Recording;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorDevice;
import org.silotune.llm.tensor.CounterRandom;

/** Attention by products in bfloat16 against the fast kernel: its values in float32, its bits. */
final class AttentionScriptTest {

  private static final int HEADS = 3;
  private static final int SIZE = 16;

  /** What bfloat16's 8 bits leave of a cosine, on values and gradients. */
  private static final double COSINE_TOLERANCE = 1e-4;

  private static final String METHODS =
      """
        def attend(self, q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
          o = self.causal_example(torch.to(q, COMPUTE), torch.to(k, COMPUTE), torch.to(v, COMPUTE), window)
          return torch.to(o, 6)

        def kernel(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
          q = torch.unsqueeze(torch.transpose(torch.to(q, COMPUTE), 0, 1), 0)
          k = torch.unsqueeze(torch.transpose(torch.to(k, COMPUTE), 0, 1), 0)
          v = torch.unsqueeze(torch.transpose(torch.to(v, COMPUTE), 0, 1), 0)
          o = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=SCALE)
          return torch.to(torch.reshape(torch.transpose(torch.squeeze(o, 0), 0, 1), [-1, QUERY_WIDTH]), 6)

      """;

  private ComputeThread thread;
  private NativeScope scope;

  @BeforeEach
  void open() {
    thread = ComputeThread.enter(1);
    scope = NativeScope.openOn(TensorDevice.processor());
  }

  @AfterEach
  void close() {
    scope.close();
    thread.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 77, AttentionScript.PRODUCTS_UP_TO})
  void valuesAndGradientsAreThoseOfFloat32(int tokens) {
    List<float[]> products = attend(ComputeType.BFLOAT16, tokens, 0);
    List<float[]> exact = attend(ComputeType.FLOAT32, tokens, 0);
    for (int i = 0; i < exact.size(); i++) {
      if (tokens == 1 && (i == 1 || i == 2)) { // a single token's query and key change nothing
        assertThat(products.get(i)).containsOnly(0f);
      } else {
        assertThat(1 - cosine(products.get(i), exact.get(i)))
            .as("tensor %d", i)
            .isBetween(-1e-9, COSINE_TOLERANCE);
      }
    }
  }

  @Test
  void aTokenSeesNoneAfterIt() {
    float[] queries = draw(0, 20);
    float[] keys = draw(1, 20);
    float[] values = draw(2, 20);
    float[] before = run(ComputeType.BFLOAT16, "attend", 20, queries, keys, values);
    int last = 19 * HEADS * SIZE;
    Arrays.fill(keys, last, keys.length, 30f);
    Arrays.fill(values, last, values.length, 1e30f);
    float[] after = run(ComputeType.BFLOAT16, "attend", 20, queries, keys, values);
    assertThat(Arrays.copyOf(after, last)).isEqualTo(Arrays.copyOf(before, last));
    assertThat(after[last]).isNotEqualTo(before[last]);
  }

  @Test
  void longerExamplesAndFloat32AttendByTheKernel() {
    int longest = AttentionScript.PRODUCTS_UP_TO;
    assertThat(isTheKernels(ComputeType.BFLOAT16, longest)).isFalse();
    assertThat(isTheKernels(ComputeType.BFLOAT16, longest + 1)).isTrue();
    assertThat(isTheKernels(ComputeType.FLOAT32, longest)).isTrue();
  }

  /** A window hides tokens from an example that is longer than it, and from no other. */
  @Test
  void aWindowIsHeeded() {
    assertThat(attend(ComputeType.BFLOAT16, 40, 40).get(0))
        .isEqualTo(attend(ComputeType.BFLOAT16, 40, 0).get(0));
    float[] windowed = attend(ComputeType.BFLOAT16, 40, 8).get(0);
    assertThat(1 - cosine(windowed, attend(ComputeType.FLOAT32, 40, 8).get(0)))
        .isBetween(-1e-9, COSINE_TOLERANCE);
    assertThat(1 - cosine(windowed, attend(ComputeType.FLOAT32, 40, 0).get(0)))
        .isGreaterThan(100 * COSINE_TOLERANCE);
  }

  private boolean isTheKernels(ComputeType compute, int tokens) {
    float[][] inputs = {draw(0, tokens), draw(1, tokens), draw(2, tokens)};
    return Arrays.equals(
        run(compute, "attend", tokens, inputs), run(compute, "kernel", tokens, inputs));
  }

  private float[] run(ComputeType compute, String method, int tokens, float[]... inputs) {
    try (ScriptModule script = compile(compute)) {
      var call = script.call(method);
      for (float[] input : inputs) {
        call.tensor(scope.floats(input, tokens, HEADS, SIZE));
      }
      return (method.equals("attend") ? call.integer(0) : call).toTensor(scope).toFloats();
    }
  }

  /** Returns the attended values, then the gradients of queries, keys and values. */
  private List<float[]> attend(ComputeType compute, int tokens, int window) {
    try (ScriptModule script = compile(compute)) {
      List<NativeTensor> leaves =
          IntStream.range(0, 3)
              .mapToObj(i -> scope.floats(draw(i, tokens), tokens, HEADS, SIZE).requireGradient())
              .toList();
      thread.record(Recording.ON);
      var call = script.call("attend");
      leaves.forEach(call::tensor);
      NativeTensor attended = call.integer(window).toTensor(scope);
      attended.backward(scope.floats(draw(3, tokens), tokens, HEADS * SIZE));
      thread.record(Recording.OFF);
      return IntStream.range(0, 4)
          .mapToObj(i -> i == 0 ? attended.toFloats() : gradient(leaves.get(i - 1)))
          .toList();
    }
  }

  private static float[] gradient(NativeTensor leaf) {
    try (NativeTensor gradient = leaf.gradient()) {
      return gradient.toFloats();
    }
  }

  private ScriptModule compile(ComputeType compute) {
    return ScriptModule.compile(
        scope,
        (AttentionScript.of(compute) + METHODS)
            .replace("REPEAT", "1")
            .replace("QUERY_WIDTH", Integer.toString(HEADS * SIZE))
            .replace("COMPUTE", Integer.toString(compute.code()))
            .replace("SCALE", "0.25"));
  }

  /** Normal numbers that bfloat16 holds, so that both types see the same. */
  private static float[] draw(int number, int tokens) {
    float[] values = new float[tokens * HEADS * SIZE];
    CounterRandom random = CounterRandom.ofSeed(number);
    for (int i = 0; i < values.length; i++) {
      float value = (float) random.gaussian(i);
      values[i] = Float.intBitsToFloat(Float.floatToIntBits(value) & 0xFFFF0000);
    }
    return values;
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squares = 0;
    double others = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squares += (double) a[i] * a[i];
      others += (double) b[i] * b[i];
    }
    return product / Math.sqrt(squares * others);
  }
}
