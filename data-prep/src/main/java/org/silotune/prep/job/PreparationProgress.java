package org.silotune.prep.job;

/** Hears how far a preparation is, for people to read; from any thread, one call at a time. */
public interface PreparationProgress {

  /** Nobody listens. */
  PreparationProgress SILENT =
      new PreparationProgress() {
        @Override
        public void encoded(long rows) {}

        @Override
        public void writing(long rows, int silos) {}
      };

  /**
   * So many rows have been read and tokenised, the unusable ones too. A count for people: Spark
   * reports it every few seconds, and counts a row of a repeated task again.
   */
  void encoded(long rows);

  /** All have been, and so many go into the shards. */
  void writing(long rows, int silos);
}
