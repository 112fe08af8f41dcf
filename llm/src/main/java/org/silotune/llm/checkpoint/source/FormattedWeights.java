package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSink;
import org.silotune.llm.checkpoint.quant.Encoding;
import org.silotune.llm.checkpoint.quant.Quantiser;
import org.silotune.llm.checkpoint.quant.WeightForm;

/** Weights in the forms of a {@link BaseFormat}: what a converted file holds. */
final class FormattedWeights {

  private final Weights weights;
  private final Map<String, Part> parts = new TreeMap<>();

  FormattedWeights(Weights weights, BaseFormat format) {
    this.weights = weights;
    for (TensorInfo tensor : weights.tensors()) {
      WeightForm form = format.form(tensor);
      List<TensorInfo> infos = form.parts(tensor.name(), format.plainType(tensor), tensor.shape());
      for (int i = 0; i < infos.size(); i++) {
        parts.put(infos.get(i).name(), new Part(infos.get(i), tensor, form.encoding(), i));
      }
    }
  }

  /** Returns the tensors that the file holds. */
  List<TensorInfo> layout() {
    return parts.values().stream().map(Part::info).toList();
  }

  /** Appends the values of one of them. */
  void write(TensorInfo info, TensorSink sink) throws IOException {
    Part part = parts.get(info.name());
    if (part.encoding == Encoding.PLAIN) {
      weights.read(part.of.name(), sink);
    } else {
      Quantiser.of(part.encoding)
          .write(part.of, part.index, to -> weights.read(part.of.name(), to), sink);
    }
  }

  private record Part(TensorInfo info, TensorInfo of, Encoding encoding, int index) {}
}
