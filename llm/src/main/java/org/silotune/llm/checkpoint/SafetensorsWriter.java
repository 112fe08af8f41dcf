package org.silotune.llm.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Writes safetensors files whose bytes are a function of their content alone, the same bytes that
 * Hugging Face's writer produces: tensors by falling alignment, then by name; compact JSON padded
 * with spaces to 8 bytes; metadata in key order with {@code format: pt}.
 *
 * <p>The file appears under its name only when whole (temporary name, fsync, rename).
 */
public final class SafetensorsWriter {

  private static final JsonFactory JSON = new JsonFactory();
  private static final Comparator<TensorInfo> LAYOUT =
      Comparator.comparing(TensorInfo::dtype).reversed().thenComparing(TensorInfo::name);

  private SafetensorsWriter() {}

  /** Gives a tensor's values when its turn comes, so that no two need be in memory at once. */
  @FunctionalInterface
  public interface Content {

    /** Appends the values of {@code tensor}, exactly its {@linkplain TensorInfo#byteLength()}. */
    void write(TensorInfo tensor, TensorSink sink) throws IOException;
  }

  /**
   * Writes the tensors as {@code F32}.
   *
   * @param metadata text entries beside the tensors; {@code format: pt} is added
   * @throws org.silotune.llm.LlmException if the file cannot be written; what was there is intact
   */
  public static void write(Path file, NamedTensors tensors, Map<String, String> metadata) {
    write(file, tensors, DType.F32, metadata);
  }

  /**
   * Writes the tensors in a float type, rounded to nearest.
   *
   * @param dtype {@code F32}, {@code F16} or {@code BF16}
   */
  public static void write(
      Path file, NamedTensors tensors, DType dtype, Map<String, String> metadata) {
    List<TensorInfo> infos = new ArrayList<>();
    for (String name : tensors.names()) {
      infos.add(new TensorInfo(name, dtype, tensors.shape(name)));
    }
    write(
        file,
        infos,
        metadata,
        (tensor, sink) -> {
          float[] values = tensors.values(tensor.name());
          sink.floats(values, 0, values.length);
        });
  }

  /**
   * Writes tensors one after the other, in the order of the format.
   *
   * @param tensors what to write, in any order
   * @param content asked once for each tensor
   * @throws IllegalArgumentException if a name is given twice
   * @throws IllegalStateException if the content gives a tensor another length than its own
   */
  public static void write(
      Path file, Collection<TensorInfo> tensors, Map<String, String> metadata, Content content) {
    requireUniqueNames(tensors);
    List<TensorInfo> layout = new ArrayList<>(tensors);
    layout.sort(LAYOUT);
    byte[] header = header(layout, metadata);
    AtomicFile.write(file, channel -> write(channel, header, layout, content));
  }

  private static void write(
      FileChannel channel, byte[] header, List<TensorInfo> layout, Content content)
      throws IOException {
    TensorSink sink = new TensorSink(channel);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    sink.bytes(length.putLong(header.length).flip());
    sink.bytes(ByteBuffer.wrap(header));
    for (TensorInfo tensor : layout) {
      sink.begin(tensor.dtype());
      content.write(tensor, sink);
      if (sink.written() != tensor.byteLength()) {
        throw new IllegalStateException(
            "Invalid content of tensor %s: %d bytes, got %d"
                .formatted(tensor, tensor.byteLength(), sink.written()));
      }
    }
    sink.drain();
  }

  private static byte[] header(List<TensorInfo> layout, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      writeMetadata(json, metadata);
      long position = 0;
      for (TensorInfo tensor : layout) {
        writeTensor(json, tensor, position);
        position = Math.addExact(position, tensor.byteLength());
      }
      json.writeEndObject();
      json.flush();
      for (int i = bytes.size(); i % Long.BYTES != 0; i++) {
        json.writeRaw(' ');
      }
    } catch (IOException e) {
      throw new IllegalStateException("Cannot write JSON to memory", e);
    }
    return bytes.toByteArray();
  }

  private static void writeMetadata(JsonGenerator json, Map<String, String> metadata)
      throws IOException {
    TreeMap<String, String> entries = new TreeMap<>(metadata);
    entries.put("format", "pt");
    json.writeObjectFieldStart("__metadata__");
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeTensor(JsonGenerator json, TensorInfo tensor, long position)
      throws IOException {
    json.writeObjectFieldStart(tensor.name());
    json.writeStringField("dtype", tensor.dtype().name());
    json.writeFieldName("shape");
    long[] shape = tensor.shape();
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {position, position + tensor.byteLength()}, 0, 2);
    json.writeEndObject();
  }

  private static void requireUniqueNames(Collection<TensorInfo> tensors) {
    Set<String> names = new HashSet<>();
    for (TensorInfo tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException(
            "Invalid tensor %s: given twice".formatted(tensor.name()));
      }
    }
  }
}
