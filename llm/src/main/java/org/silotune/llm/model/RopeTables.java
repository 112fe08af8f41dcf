package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.List;
import org.silotune.llm.script.NativeScope;
import org.silotune.llm.script.NativeTensor;

/** The tables of all rotary embeddings of a model, grown to the longest example seen. */
final class RopeTables {

  private static final int SMALLEST = 256;

  private final List<Rope> ropes;
  private volatile List<RopeTable> tables;

  RopeTables(List<Rope> ropes) {
    this.ropes = ropes;
    this.tables = tablesFor(SMALLEST);
  }

  /**
   * Returns the cosine and sine tensors of every rotary embedding at the given positions, which
   * {@code scope} owns; an architecture without any gets one pair of empty tensors.
   */
  List<Rotation> at(NativeScope scope, long[] positions) {
    if (ropes.isEmpty()) {
      return List.of(new Rotation(scope.zeros(0), scope.zeros(0)));
    }
    int count = 1;
    for (long position : positions) {
      count = Math.max(count, (int) position + 1);
    }
    List<RopeTable> covering = covering(count);
    List<Rotation> rotations = new ArrayList<>();
    for (RopeTable table : covering) {
      rotations.add(new Rotation(table.cosines(scope, positions), table.sines(scope, positions)));
    }
    return rotations;
  }

  private List<RopeTable> covering(int count) {
    List<RopeTable> current = tables;
    if (current.get(0).covers(count)) {
      return current;
    }
    synchronized (this) {
      if (!tables.get(0).covers(count)) {
        tables = tablesFor(Integer.highestOneBit(count - 1) * 2);
      }
      return tables;
    }
  }

  private List<RopeTable> tablesFor(int positions) {
    return ropes.stream().map(rope -> rope.table(positions)).toList();
  }

  /** Cosines and sines at a batch's positions, each float32 (N, 1, headSize / 2). */
  record Rotation(NativeTensor cosines, NativeTensor sines) {}
}
