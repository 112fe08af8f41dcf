package org.silotune.llm.generate;

import java.util.List;
import org.silotune.llm.model.SequenceDecoder;

/** The generation loop's view of a decoder. */
final class DecoderSequences implements SequenceModel {

  private final SequenceDecoder decoder;

  DecoderSequences(SequenceDecoder decoder) {
    this.decoder = decoder;
  }

  @Override
  public int contextLength() {
    return decoder.config().contextLength();
  }

  @Override
  public int vocabularySize() {
    return decoder.config().vocabularySize();
  }

  @Override
  public Sequence open(int capacity) {
    return new Remembered(decoder.open(capacity));
  }

  @Override
  public float[][] feed(List<Sequence> sequences, List<int[]> newTokens) {
    return decoder.feed(memories(sequences), newTokens);
  }

  @Override
  public int[] feedGreedy(List<Sequence> sequences, List<int[]> newTokens, int ids) {
    int known = Math.min(ids, vocabularySize());
    SequenceDecoder.Likeliest[] chosen = decoder.feedGreedy(memories(sequences), newTokens, known);
    int[] best = new int[chosen.length];
    for (int i = 0; i < best.length; i++) {
      best[i] = Logits.checked(chosen[i].id(), chosen[i].logit(), known);
    }
    return best;
  }

  @Override
  public Sequence open(Sequence prefix, int capacity) {
    return new Remembered(decoder.open(((Remembered) prefix).memory(), capacity));
  }

  private static List<SequenceDecoder.Sequence> memories(List<Sequence> sequences) {
    return sequences.stream().map(sequence -> ((Remembered) sequence).memory()).toList();
  }

  private record Remembered(SequenceDecoder.Sequence memory) implements Sequence {
    @Override
    public void close() {
      memory.close();
    }
  }
}
