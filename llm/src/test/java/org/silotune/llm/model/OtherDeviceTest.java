package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.checkpoint.quant.StoredWeights;
import org.silotune.llm.checkpoint.source.BaseFormat;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.MetaDevice;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.TensorDevice;

/**
 * A model whose weights and inputs lie on another device than the processor: what a layer computes
 * before and after attention, forwards and backwards. A script that mixed in a tensor of the
 * processor element by element would be refused. Attention, embedding, head and GPT-2's norms are
 * not run: libtorch has no {@code where}, {@code index_select} and {@code layer_norm} for tensors
 * without values.
 */
final class OtherDeviceTest {

  private static final int TOKENS = 16;

  private static final String AROUND_ATTENTION =
      """
        def before(self, x: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor) -> Tensor:
          q, k, v, = self.queries_keys_values(x, WEIGHTS, annotate(List[Tensor], []), annotate(List[Tensor], []), 1., cos, sin)
          return torch.cat([torch.reshape(q, [-1]), torch.reshape(k, [-1]), torch.reshape(v, [-1])], 0)

        def behind(self, x: Tensor, o: Tensor, w: List[Tensor]) -> Tensor:
          return self.output_and_feed_forward(x, o, WEIGHTS, annotate(List[Tensor], []), annotate(List[Tensor], []), 1.)
      """;

  private static final String SUM =
      """
        def sum(self, x: Tensor) -> Tensor:
          return torch.sum(x, dtype=7)
      """;

  @TempDir private static Path cache;

  private ComputeThread thread;
  private NativeScope scope;

  static Stream<String> families() {
    return Stream.of("llama", "llama3", "mistral", "qwen2", "qwen3", "gemma3");
  }

  @BeforeEach
  void open() {
    thread = ComputeThread.enter(1);
    scope = MetaDevice.open();
  }

  @AfterEach
  void close() {
    scope.close();
    thread.close();
  }

  @Test
  void theTwoDevicesDoNotMix() {
    try (NativeScope processor = NativeScope.openOn(TensorDevice.processor());
        ScriptModule script =
            ScriptModule.compile(
                processor,
                """
                  def sum(self, a: Tensor, b: Tensor) -> Tensor:
                    return torch.add(a, b, alpha=1)
                """)) {
      NativeTensor there = scope.zeros(2, 2);
      assertThat(script.call("sum").tensor(there).tensor(there).toTensor(scope).shape())
          .containsExactly(2, 2);
      assertThatThrownBy(
              () -> script.call("sum").tensor(there).tensor(processor.zeros(2, 2)).toTensor(scope))
          .hasMessageContaining("on the same device");
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void aLayerComputesWhereItsWeightsAre(String family) {
    for (ComputeType compute : ComputeType.values()) {
      layers(family, new ModelOptions(BaseFormat.FLOAT32, compute));
    }
    layers(family, new ModelOptions(BaseFormat.INT8, ComputeType.BFLOAT16));
  }

  @ParameterizedTest
  @MethodSource("families")
  void theWeightsOfAnOffloadedLayerAreBroughtThere(String family) {
    for (BaseFormat base : List.of(BaseFormat.FLOAT32, BaseFormat.INT8)) {
      layers(family, new ModelOptions(base, ComputeType.FLOAT32).offloaded());
    }
  }

  /** On the processor a layer that is not brought computes too: only the text tells. */
  @Test
  void everyCallOfAnOffloadedLayerBringsItsWeights() {
    try (BaseModelSource source =
        BaseModelSource.open(
            FixtureModels.folder("llama"), cache, BaseFormat.FLOAT32, SourceProgress.none())) {
      Architecture architecture =
          Architecture.of(source.config(), StoredWeights.of(source.tensors()).names());
      WeightForms stays = WeightForms.PLAIN;
      WeightForms brought = new WeightForms(Map.of(), Optional.of(new TensorDevice.Gpu(1)));
      String text = architecture.script(ScriptVariant.PLAIN, brought, ComputeType.FLOAT32);
      assertThat(text)
          .contains("torch.device(\"cuda:1\")")
          .containsPattern("def layer\\(.*\\n +w = self\\.brought\\(w\\)\\n")
          .containsPattern("def layer_feed\\(.*\\n +w = self\\.brought\\(w\\)\\n");
      assertThat(architecture.script(ScriptVariant.PLAIN, stays, ComputeType.FLOAT32))
          .doesNotContain("brought");
    }
  }

  private void layers(String family, ModelOptions options) {
    try (NativeScope own = MetaDevice.open();
        BaseModelSource source =
            BaseModelSource.open(
                FixtureModels.folder(family), cache, options.base(), SourceProgress.none())) {
      Architecture architecture =
          Architecture.of(source.config(), StoredWeights.of(source.tensors()).names());
      Map<String, HeldWeight> held =
          WeightLoader.load(own, architecture, source.tensors(), options.offload());
      String text = text(architecture, held, options);
      DecoderConfig config = architecture.config();
      try (DecoderWeights weights =
              DecoderWeights.of(architecture.block(), config.layerCount(), held);
          ScriptModule script = ScriptModule.compile(own, text)) {
        for (LayerAttention attention : config.layers()) {
          RopeTables.Rotation rotation =
              new RopeTables(config.ropes()).at(own, new long[TOKENS]).get(attention.rope());
          NativeTensor x = own.zeros(TOKENS, config.hiddenSize()).requireGradient();
          NativeTensor o = own.zeros(TOKENS, config.queryWidth()).requireGradient();
          thread.record(ComputeThread.Recording.ON);
          differentiate(
              own,
              script
                  .call("before")
                  .tensor(inComputeType(own, x, options.compute()))
                  .tensors(weights.layer(0))
                  .tensor(rotation.cosines())
                  .tensor(rotation.sines())
                  .toTensor(own));
          assertThat(x.gradient().shape()).containsExactly(TOKENS, config.hiddenSize());
          NativeTensor y =
              script
                  .call("behind")
                  .tensor(inComputeType(own, x, options.compute()))
                  .tensor(inComputeType(own, o, options.compute()))
                  .tensors(weights.layer(0))
                  .toTensor(own);
          assertThat(y.shape()).containsExactly(TOKENS, config.hiddenSize());
          differentiate(own, y);
          assertThat(o.gradient().shape()).containsExactly(TOKENS, config.queryWidth());
          thread.record(ComputeThread.Recording.OFF);
        }
      }
    }
  }

  /**
   * The layer's text, and for the calls around attention what brings weights that are offloaded.
   */
  private static String text(
      Architecture architecture, Map<String, HeldWeight> held, ModelOptions options) {
    Optional<TensorDevice> broughtTo =
        options.offload() ? Optional.of(TensorDevice.processor()) : Optional.empty();
    WeightForms forms = WeightForms.of(architecture.block(), 0, held, broughtTo);
    String layer = architecture.script(ScriptVariant.PLAIN, forms, options.compute());
    String weights = options.offload() ? "self.brought(w)" : "w";
    return layer.replace("torch.device(\"cpu\")", "torch.device(\"meta\")")
        + AROUND_ATTENTION.replace("WEIGHTS", weights);
  }

  /** Goes back from float32, which every gradient that arrives is in. */
  private static void differentiate(NativeScope scope, NativeTensor y) {
    try (ScriptModule script = ScriptModule.compile(scope, SUM)) {
      script.call("sum").tensor(y).toTensor(scope).backward(scope.scalar(1));
    }
  }

  private static NativeTensor inComputeType(
      NativeScope scope, NativeTensor tensor, ComputeType compute) {
    try (ScriptModule script =
        ScriptModule.compile(
            scope,
            "  def cast(self, x: Tensor) -> Tensor:\n    return torch.to(x, %d)\n"
                .formatted(compute.code()))) {
      return script.call("cast").tensor(tensor).toTensor(scope);
    }
  }
}
