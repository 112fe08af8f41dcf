package org.silotune.llm.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model without weights: after the first token of its prompt, each sequence follows the script
 * that this token numbers. It checks how it is fed and counts what is open.
 */
final class ScriptedModel implements SequenceModel {

  private final int contextLength;
  private final List<int[]> scripts;
  final List<Integer> batchSizes = new ArrayList<>();
  int openCount;

  ScriptedModel(int contextLength, List<int[]> scripts) {
    this.contextLength = contextLength;
    this.scripts = scripts;
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public int vocabularySize() {
    return 300;
  }

  @Override
  public Sequence open(int capacity) {
    openCount++;
    return new Memory(capacity);
  }

  @Override
  public float[][] feed(List<Sequence> sequences, List<int[]> newTokens) {
    batchSizes.add(sequences.size());
    float[][] logits = new float[sequences.size()][];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = ((Memory) sequences.get(i)).feed(newTokens.get(i));
    }
    return logits;
  }

  @Override
  public int[] feedGreedy(List<Sequence> sequences, List<int[]> newTokens, int ids) {
    return Arrays.stream(feed(sequences, newTokens))
        .mapToInt(logits -> Logits.argmax(Arrays.copyOf(logits, ids)))
        .toArray();
  }

  /** A model without weights remembers no prefix: its prompts are too short to share one. */
  @Override
  public Sequence open(Sequence prefix, int capacity) {
    throw new AssertionError("Opened after a prefix");
  }

  private final class Memory implements Sequence {
    private final int capacity;
    private int fed;
    private int[] script = {};
    private int next;

    Memory(int capacity) {
      this.capacity = capacity;
    }

    float[] feed(int[] tokens) {
      if (fed == 0) {
        script = scripts.get(tokens[0]);
      } else if (tokens.length != 1 || tokens[0] != script[next - 1]) {
        throw new AssertionError("Fed " + Arrays.toString(tokens) + " after step " + next);
      }
      fed += tokens.length;
      if (fed > capacity) {
        throw new AssertionError("Fed " + fed + " tokens into " + capacity);
      }
      float[] logits = new float[vocabularySize()];
      logits[script[next++]] = 50;
      return logits;
    }

    @Override
    public void close() {
      openCount--;
    }
  }
}
