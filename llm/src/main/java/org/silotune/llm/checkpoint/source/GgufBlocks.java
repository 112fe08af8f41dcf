package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.TensorInfo;
import org.silotune.llm.checkpoint.TensorSource;
import org.silotune.llm.checkpoint.gguf.GgmlType;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.gguf.GgufTensor;
import org.silotune.llm.checkpoint.quant.Encoding;
import org.silotune.llm.checkpoint.quant.WeightForm;

/**
 * The tensors of a GGUF file where they lie: matrices as the bytes of their blocks, in the stored
 * order; norms and biases as float32 values on their own, because the converter changed some.
 */
final class GgufBlocks implements TensorSource {

  private final GgufFile file;
  private final SortedMap<String, TensorInfo> infos = new TreeMap<>();
  private final Map<String, List<ByteBuffer>> blocks = new LinkedHashMap<>();

  GgufBlocks(GgufFile file, GgufWeights weights) {
    this.file = file;
    for (Map.Entry<String, GgufTensor> entry : weights.byHfName().entrySet()) {
      String name = entry.getKey();
      GgufTensor tensor = entry.getValue();
      if (tensor.shape().length == 2) {
        WeightForm form = new WeightForm(encoding(tensor.type()), weights.transform(name).order());
        TensorInfo part =
            form.parts(name, plainType(tensor.type()), weights.transform(name).shape(tensor))
                .get(0);
        add(part, file.map(tensor.name()));
      } else {
        add(new TensorInfo(name, DType.F32, tensor.shape()), List.of(values(weights, name)));
      }
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(infos.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = infos.get(name);
    if (info == null) {
      throw CorruptCheckpointException.of(
          file.path(),
          "tensor " + name,
          "a tensor of this name",
          "%d others (first: %s)".formatted(infos.size(), infos.firstKey()));
    }
    return info;
  }

  @Override
  public List<ByteBuffer> map(String name) {
    info(name);
    return blocks.get(name).stream()
        .map(block -> block.duplicate().order(ByteOrder.LITTLE_ENDIAN))
        .toList();
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public float[] floats(String name) {
    TensorInfo info = info(name);
    if (info.dtype() != DType.F32 || info.shape().length > 1) {
      throw new IllegalArgumentException("Cannot read tensor %s as floats".formatted(info));
    }
    float[] values = new float[Math.toIntExact(info.elementCount())];
    map(name).get(0).asFloatBuffer().get(values);
    return values;
  }

  @Override
  public void close() {
    // the mappings stay, and the file is its opener's
  }

  private void add(TensorInfo info, List<ByteBuffer> content) {
    infos.put(info.name(), info);
    blocks.put(info.name(), content);
  }

  private ByteBuffer values(GgufWeights weights, String name) {
    long count = weights.byHfName().get(name).elementCount();
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(Math.multiplyExact(count, Float.BYTES)))
            .order(ByteOrder.LITTLE_ENDIAN);
    try {
      weights.read(
          name,
          (floats, offset, n) -> {
            for (int i = offset; i < offset + n; i++) {
              values.putFloat(floats[i]);
            }
          });
    } catch (IOException e) {
      throw LlmException.cannot("read", file.path(), e);
    }
    return values.flip();
  }

  private static Encoding encoding(GgmlType type) {
    return Arrays.stream(Encoding.values())
        .filter(encoding -> encoding.isGgml() && encoding.name().equals(type.name()))
        .findFirst()
        .orElse(Encoding.PLAIN);
  }

  /** Returns the type of tensors without blocks; of others it is not asked. */
  private static DType plainType(GgmlType type) {
    return DType.byName(type.name()).orElse(DType.U8);
  }
}
