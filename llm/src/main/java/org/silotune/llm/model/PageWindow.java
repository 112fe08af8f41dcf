package org.silotune.llm.model;

/**
 * What one pass over an offloaded base keeps in memory: the stage that it is at. The stage that it
 * leaves is released, the next one is read ahead, in whichever direction it goes.
 *
 * <p>Passes of other threads share the pages: what one releases, another that is at the same stage
 * finds in the page cache. For one thread.
 */
final class PageWindow {

  private static final int NOWHERE = -1;
  private static final int EMBEDDING = 0;

  private final WeightPages pages;
  private int at = NOWHERE;

  PageWindow(WeightPages pages) {
    this.pages = pages;
  }

  void embedding() {
    moveTo(EMBEDDING);
  }

  void layer(int layer) {
    moveTo(1 + layer);
  }

  void head() {
    moveTo(pages.stageCount() - 1);
  }

  private void moveTo(int stage) {
    if (stage == at) {
      return;
    }
    if (at != NOWHERE) {
      pages.release(at);
    }
    int next = stage > at || stage == EMBEDDING ? stage + 1 : stage - 1;
    if (next > EMBEDDING && next < pages.stageCount()) { // of an embedding only rows are read
      pages.prefetch(next);
    }
    at = stage;
  }
}
