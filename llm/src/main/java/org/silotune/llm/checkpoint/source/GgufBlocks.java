package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.CorruptCheckpointException;
import org.silotune.llm.checkpoint.DType;
import org.silotune.llm.checkpoint.PinnedMapping;
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
  private final Map<String, List<PinnedMapping>> blocks = new HashMap<>();
  private final Map<String, float[]> values = new HashMap<>();

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
        infos.put(part.name(), part);
        blocks.put(part.name(), file.pin(tensor.name()));
      } else {
        infos.put(name, new TensorInfo(name, DType.F32, tensor.shape()));
        values.put(name, values(weights, name));
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
    return pin(name).stream().map(PinnedMapping::bytes).toList();
  }

  @Override
  public List<PinnedMapping> pin(String name) {
    TensorInfo info = info(name);
    if (values.containsKey(name)) {
      throw new IllegalArgumentException("Cannot map tensor %s: read its floats".formatted(info));
    }
    return blocks.get(name);
  }

  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public float[] floats(String name) {
    TensorInfo info = info(name);
    float[] found = values.get(name);
    if (found == null) {
      throw new IllegalArgumentException("Cannot read tensor %s as floats".formatted(info));
    }
    return found.clone();
  }

  @Override
  public void close() {
    // the mappings stay, and the file is its opener's
  }

  private float[] values(GgufWeights weights, String name) {
    float[] read = new float[Math.toIntExact(weights.byHfName().get(name).elementCount())];
    int[] count = new int[1];
    try {
      weights.read(
          name,
          (floats, offset, n) -> {
            System.arraycopy(floats, offset, read, count[0], n);
            count[0] += n;
          });
    } catch (IOException e) {
      throw LlmException.cannot("read", file.path(), e);
    }
    return read;
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
