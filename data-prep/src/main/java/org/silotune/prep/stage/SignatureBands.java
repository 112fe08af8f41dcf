package org.silotune.prep.stage;

/**
 * How a MinHash signature is cut into bands for locality-sensitive hashing: two rows are compared
 * where all places of a band agree, which rows of similarity s do in at least one of b bands of r
 * places with probability {@code 1 - (1 - s^r)^b}.
 *
 * <p>Source: Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4.
 *
 * @param bands number of bands
 * @param places of a band
 */
record SignatureBands(int bands, int places) {

  private static final double LEAST_PROBABILITY = 0.99;

  /**
   * Returns the longest bands, which compare the fewest rows, that still find a pair of the
   * similarity asked for with a probability of 0.99; of one place where none do.
   *
   * @param size places of a signature
   */
  static SignatureBands of(int size, double similarity) {
    int places = 1;
    for (int longer = 2; longer <= size; longer++) {
      if (new SignatureBands(size / longer, longer).probability(similarity) >= LEAST_PROBABILITY) {
        places = longer;
      }
    }
    return new SignatureBands(size / places, places);
  }

  /** Returns the probability that two rows of a similarity are compared. */
  double probability(double similarity) {
    double band = 1;
    for (int i = 0; i < places; i++) {
      band *= similarity;
    }
    double none = 1;
    for (int i = 0; i < bands; i++) {
      none *= 1 - band;
    }
    return 1 - none;
  }
}
