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
    return decoder.feed(
        sequences.stream().map(sequence -> ((Remembered) sequence).memory()).toList(), newTokens);
  }

  private record Remembered(SequenceDecoder.Sequence memory) implements Sequence {
    @Override
    public void close() {
      memory.close();
    }
  }
}
