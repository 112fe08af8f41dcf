package org.silotune.llm.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.gguf.GgufTensor;
import org.silotune.llm.checkpoint.quant.Encoding;
import org.silotune.llm.checkpoint.quant.WeightForm;
import org.silotune.llm.script.ComputeThread;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;
import org.silotune.llm.script.ScriptModule;
import org.silotune.llm.script.StorageType;
import org.silotune.llm.script.TensorDevice;

/** Native decoding of ggml's blocks against the reader, which is golden-tested against gguf. */
final class GgmlTextTest {

  private static final Path FILE = Path.of("src/test/resources/golden/gguf/every-type.gguf");

  static Stream<Encoding> types() {
    return Stream.of(Encoding.values()).filter(Encoding::isGgml);
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyBlockHasTheBitsOfTheReader(Encoding type) {
    try (GgufFile file = GgufFile.open(FILE);
        ComputeThread thread = ComputeThread.enter(1);
        NativeScope scope = NativeScope.openOn(TensorDevice.processor())) {
      GgufTensor tensor =
          file.names().stream()
              .map(file::tensor)
              .filter(t -> t.type().name().equals(type.name()))
              .findFirst()
              .orElseThrow();
      float[] expected = new float[Math.toIntExact(tensor.elementCount())];
      file.reader(tensor.name()).read(0, expected.length, expected, 0);

      assertThat(matrix(scope, file, tensor, type)).isEqualTo(expected);
      thread.requireCurrent();
    }
  }

  private static float[] matrix(
      NativeScope scope, GgufFile file, GgufTensor tensor, Encoding type) {
    long values = tensor.elementCount();
    long blocks = values / type.blockSize();
    var bytes = file.pin(tensor.name()).get(0);
    NativeTensor codes = scope.mapped(bytes, StorageType.UINT8, 1, blocks, type.blockBytes());
    NativeTensor halves =
        scope.mapped(bytes, StorageType.FLOAT16, 1, blocks, type.blockBytes() / 2);
    WeightText text = WeightText.of(WeightForm.of(type));
    String whole =
        """
          def whole(self, b: Tensor, h: Tensor) -> Tensor:
            return EXPRESSION
        """
            .replace("EXPRESSION", text.matrix(List.of("b", "h"), 1, values, 6));
    try (ScriptModule script = ScriptModule.compile(scope, text.method() + whole)) {
      return script.call("whole").tensor(codes).tensor(halves).toTensor(scope).toFloats();
    }
  }
}
