package org.silotune.llm.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Whole examples in a row, without padding: N tokens of k examples.
 *
 * <p>Labels are already shifted: position {@code i} of an example predicts token {@code i + 1}
 * where that one is trained, so a trained row is a position followed by a trained token.
 */
public final class TokenBatch {

  private final long[] tokens;
  private final long[] positions;
  private final long[] lengths;
  private final long[] trainedRows;
  private final long[] targets;

  private TokenBatch(
      long[] tokens, long[] positions, long[] lengths, long[] trainedRows, long[] targets) {
    this.tokens = tokens;
    this.positions = positions;
    this.lengths = lengths;
    this.trainedRows = trainedRows;
    this.targets = targets;
  }

  /** Concatenates examples, in the given order. */
  public static TokenBatch of(List<TokenizedExample> examples) {
    int count = examples.stream().mapToInt(TokenizedExample::length).sum();
    int trained = examples.stream().mapToInt(TokenizedExample::trainedTokens).sum();
    long[] tokens = new long[count];
    long[] positions = new long[count];
    long[] lengths = new long[examples.size()];
    long[] rows = new long[trained];
    long[] targets = new long[trained];
    int at = 0;
    int row = 0;
    for (int e = 0; e < lengths.length; e++) {
      TokenizedExample example = examples.get(e);
      lengths[e] = example.length();
      for (int i = 0; i < example.length(); i++, at++) {
        tokens[at] = example.inputIds()[i];
        positions[at] = i;
        if (i > 0 && example.labels()[i] != TokenizedExample.NOT_TRAINED) {
          rows[row] = at - 1L;
          targets[row++] = example.labels()[i];
        }
      }
    }
    return new TokenBatch(tokens, positions, lengths, rows, targets);
  }

  /** Concatenates token sequences of which nothing is trained. */
  public static TokenBatch ofSequences(List<int[]> sequences) {
    List<TokenizedExample> examples = new ArrayList<>();
    for (int[] sequence : sequences) {
      int[] labels = new int[sequence.length];
      Arrays.fill(labels, TokenizedExample.NOT_TRAINED);
      examples.add(new TokenizedExample("sequence " + examples.size(), sequence, labels));
    }
    return of(examples);
  }

  /** Concatenates what continues sequences of which {@code past[i]} tokens went before. */
  static TokenBatch ofContinued(List<int[]> newTokens, long[] past) {
    TokenBatch batch = ofSequences(newTokens);
    int at = 0;
    for (int i = 0; i < past.length; i++) {
      for (int t = 0; t < newTokens.get(i).length; t++, at++) {
        batch.positions[at] += past[i];
      }
    }
    return batch;
  }

  /**
   * Cuts examples, in order, into batches of at most {@code tokenBudget} tokens; a longer example
   * is a batch of its own.
   */
  public static List<TokenBatch> pack(List<TokenizedExample> examples, int tokenBudget) {
    if (tokenBudget < 1) {
      throw new IllegalArgumentException(
          "Invalid token budget %d: must be >= 1".formatted(tokenBudget));
    }
    List<TokenBatch> batches = new ArrayList<>();
    List<TokenizedExample> open = new ArrayList<>();
    long tokens = 0;
    for (TokenizedExample example : examples) {
      if (!open.isEmpty() && tokens + example.length() > tokenBudget) {
        batches.add(of(open));
        open.clear();
        tokens = 0;
      }
      open.add(example);
      tokens += example.length();
    }
    if (!open.isEmpty()) {
      batches.add(of(open));
    }
    return batches;
  }

  /**
   * Checks an example against a model.
   *
   * @throws InvalidExamplesException if a token or label is not of the vocabulary, or the example
   *     is longer than the model's context
   */
  public static void requireFits(TokenizedExample example, DecoderConfig config) {
    if (example.length() > config.contextLength()) {
      throw new InvalidExamplesException(
          "Invalid example %s: %d tokens, the model's context holds %d; prepare the data with a shorter maximum length"
              .formatted(example.id(), example.length(), config.contextLength()));
    }
    for (int i = 0; i < example.length(); i++) {
      requireToken(example, "token", i, example.inputIds()[i], config);
      if (example.labels()[i] != TokenizedExample.NOT_TRAINED) {
        requireToken(example, "label", i, example.labels()[i], config);
      }
    }
  }

  private static void requireToken(
      TokenizedExample example, String what, int position, int id, DecoderConfig config) {
    if (id < 0 || id >= config.vocabularySize()) {
      throw new InvalidExamplesException(
          "Invalid example %s: %s %d at position %d is not of the model's vocabulary of %d; prepare the data with this model's tokenizer"
              .formatted(example.id(), what, id, position, config.vocabularySize()));
    }
  }

  /** Returns N, the number of tokens. */
  public int tokenCount() {
    return tokens.length;
  }

  /** Returns k, the number of examples. */
  public int exampleCount() {
    return lengths.length;
  }

  /** Returns the number of trained rows. */
  public int trainedTokens() {
    return targets.length;
  }

  long[] tokens() {
    return tokens;
  }

  long[] positions() {
    return positions;
  }

  long[] lengths() {
    return lengths;
  }

  long[] trainedRows(int from, int to) {
    return Arrays.copyOfRange(trainedRows, from, to);
  }

  long[] targets(int from, int to) {
    return Arrays.copyOfRange(targets, from, to);
  }

  /** Returns the row of each example's last token, whose logits predict what follows. */
  long[] lastRows() {
    long[] rows = new long[lengths.length];
    long end = 0;
    for (int e = 0; e < rows.length; e++) {
      end += lengths[e];
      rows[e] = end - 1;
    }
    return rows;
  }
}
