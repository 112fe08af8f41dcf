package org.silotune.llm.generate;

import java.util.Optional;
import java.util.Set;
import org.silotune.llm.tokenizer.Tokenizer;

/** The answer to one prompt while it grows: its tokens, its text so far, and whether it is done. */
final class OpenAnswer implements AutoCloseable {

  final int promptIndex;
  final Prompt prompt;
  final SequenceModel.Sequence sequence;

  private final int tokenLimit;
  private final FinishReason limitReason;
  private final Set<Integer> endOfTurn;
  private final TokenStream tokens;
  private final StopStrings stops;
  private final StringBuilder text = new StringBuilder();
  private int[] nextTokens;
  private int tokenCount;

  OpenAnswer(
      int promptIndex,
      Prompt prompt,
      GenerationConfig config,
      Tokenizer tokenizer,
      SequenceModel model,
      SharedPrefix prefix) {
    this.promptIndex = promptIndex;
    this.prompt = prompt;
    int room = model.contextLength() - prompt.ids().length;
    tokenLimit = Math.min(config.maxNewTokens(), room);
    limitReason =
        config.maxNewTokens() <= room ? FinishReason.MAX_NEW_TOKENS : FinishReason.CONTEXT_FULL;
    endOfTurn = tokenizer.specialTokens().endOfTurn();
    tokens = new TokenStream(tokenizer);
    stops = new StopStrings(config.stopStrings());
    nextTokens = prefix.rest(prompt.ids());
    // The last token generated is never fed.
    sequence = prefix.open(model, prompt.ids().length + tokenLimit - 1);
  }

  /**
   * Returns what the model has to be fed next: the prompt after its shared part, then the token
   * chosen last.
   */
  int[] nextTokens() {
    return nextTokens;
  }

  /** Returns how many tokens were generated. */
  int tokenCount() {
    return tokenCount;
  }

  /** Adds a token; returns the finished answer if this was the last one. */
  Optional<Generation> accept(int id, GenerationListener listener) {
    nextTokens = new int[] {id};
    tokenCount++;
    release(stops.accept(tokens.accept(id)), listener);
    if (stops.isStopped()) {
      return Optional.of(finish(FinishReason.STOP_STRING, listener));
    }
    if (endOfTurn.contains(id)) {
      return Optional.of(finish(FinishReason.END_OF_TURN, listener));
    }
    if (tokenCount == tokenLimit) {
      return Optional.of(finish(limitReason, listener));
    }
    return Optional.empty();
  }

  private Generation finish(FinishReason reason, GenerationListener listener) {
    release(stops.accept(tokens.finish()), listener);
    release(stops.finish(), listener);
    FinishReason last = stops.isStopped() ? FinishReason.STOP_STRING : reason;
    Generation generation = new Generation(tokens.ids(), text.toString(), last);
    listener.onFinished(promptIndex, generation);
    return generation;
  }

  private void release(String piece, GenerationListener listener) {
    if (!piece.isEmpty()) {
      text.append(piece);
      listener.onText(promptIndex, piece);
    }
  }

  @Override
  public void close() {
    sequence.close();
  }
}
