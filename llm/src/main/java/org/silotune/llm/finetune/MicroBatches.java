package org.silotune.llm.finetune;

import java.util.List;
import org.silotune.llm.model.TokenBatch;

/**
 * The batches of one optimizer step, handed out to workers as they come for them; what each gives
 * is added in the batches' own order, so that the sum does not depend on who computed what.
 */
final class MicroBatches {

  private final List<TokenBatch> batches;
  private final long[] firstTokens;
  private int handedOut;
  private int added;
  private boolean abandoned;

  MicroBatches(List<TokenBatch> batches) {
    this.batches = List.copyOf(batches);
    this.firstTokens = new long[batches.size()];
    for (int i = 1; i < firstTokens.length; i++) {
      firstTokens[i] = firstTokens[i - 1] + batches.get(i - 1).tokenCount();
    }
  }

  /** Returns the next batch's number, or -1 if there is none to compute any more. */
  synchronized int next() {
    return abandoned || handedOut == batches.size() ? -1 : handedOut++;
  }

  TokenBatch batch(int number) {
    return batches.get(number);
  }

  /** Returns how many tokens of the step come before the batch. */
  long firstToken(int number) {
    return firstTokens[number];
  }

  /** Waits until all batches before this one are added, then adds it, unless the step failed. */
  synchronized void addInTurn(int number, Runnable addition) {
    boolean interrupted = false;
    while (added < number && !abandoned) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted =
            true; // the batches before end by themselves; their memory is in use till then
      }
    }
    if (!abandoned) {
      addition.run();
      added++;
      notifyAll();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets nobody wait for a batch that will not come. */
  synchronized void abandon() {
    abandoned = true;
    notifyAll();
  }
}
