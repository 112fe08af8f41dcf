package org.silotune.llm.finetune;

import java.util.List;

/**
 * The batches of one optimizer step, handed out to workers as they come for them; what each gives
 * is added in the batches' own order, so that the sum does not depend on who computed what.
 */
final class MicroBatches {

  private final List<MicroBatch> batches;
  private int handedOut;
  private int added;
  private boolean abandoned;

  MicroBatches(List<MicroBatch> batches) {
    this.batches = List.copyOf(batches);
  }

  /** Returns the next batch's number, or -1 if there is none to compute any more. */
  synchronized int next() {
    return abandoned || handedOut == batches.size() ? -1 : handedOut++;
  }

  MicroBatch batch(int number) {
    return batches.get(number);
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
