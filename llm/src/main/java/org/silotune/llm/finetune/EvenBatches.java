package org.silotune.llm.finetune;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * A step's examples cut into micro-batches of nearly equal size, a function of the examples and the
 * token budget alone.
 *
 * <p>Workers compute micro-batches side by side, so that a large and a small one leave a worker
 * waiting. There are a power of two of them, the least that keeps each within the budget; the
 * longest examples are placed first, each into the batch that is smallest so far (longest
 * processing time first; Graham, SIAM J. Appl. Math. 17, 1969, section 3).
 */
final class EvenBatches {

  private final List<TokenizedExample> examples;
  private final int tokenBudget;

  private EvenBatches(List<TokenizedExample> examples, int tokenBudget) {
    this.examples = examples;
    this.tokenBudget = tokenBudget;
  }

  /**
   * Cuts.
   *
   * @param examples of a step
   * @param tokenBudget tokens of a batch at most, at least 1; a longer example is a batch of its
   *     own
   * @return batches in descending size, examples in each in the given order
   */
  static List<MicroBatch> cut(List<TokenizedExample> examples, int tokenBudget) {
    if (tokenBudget < 1) {
      throw new IllegalArgumentException(
          "Invalid token budget %d: must be >= 1".formatted(tokenBudget));
    }
    long[] starts = new long[examples.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + examples.get(i - 1).length();
    }
    return new EvenBatches(examples, tokenBudget)
        .groups().stream()
            .map(group -> MicroBatch.of(examples, starts, group.stream().sorted().toList()))
            .sorted(Comparator.comparingInt((MicroBatch batch) -> -batch.tokens().tokenCount()))
            .toList();
  }

  private List<List<Integer>> groups() {
    List<Integer> longestFirst =
        IntStream.range(0, examples.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -length(i)))
            .toList();
    List<List<Integer>> groups = new ArrayList<>();
    longestFirst.stream().filter(i -> length(i) > tokenBudget).forEach(i -> groups.add(List.of(i)));
    groups.addAll(even(longestFirst.subList(groups.size(), longestFirst.size())));
    return groups;
  }

  private List<List<Integer>> even(List<Integer> longestFirst) {
    long total = longestFirst.stream().mapToLong(this::length).sum();
    long count = 1;
    while (count * tokenBudget < total) {
      count *= 2;
    }
    for (; count < longestFirst.size(); count *= 2) {
      List<List<Integer>> groups = place(longestFirst, (int) count);
      if (groups.stream().allMatch(group -> tokens(group) <= tokenBudget)) {
        return groups;
      }
    }
    return longestFirst.stream().map(List::of).toList();
  }

  private List<List<Integer>> place(List<Integer> longestFirst, int count) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int group = 0; group < count; group++) {
      groups.add(new ArrayList<>());
    }
    long[] tokens = new long[count];
    for (int example : longestFirst) {
      int smallest = 0;
      for (int group = 1; group < count; group++) {
        if (tokens[group] < tokens[smallest]) {
          smallest = group;
        }
      }
      groups.get(smallest).add(example);
      tokens[smallest] += length(example);
    }
    return groups;
  }

  private long tokens(List<Integer> group) {
    return group.stream().mapToLong(this::length).sum();
  }

  private int length(int example) {
    return examples.get(example).length();
  }
}
