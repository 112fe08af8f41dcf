package org.silotune.prep.stage;

import java.util.Locale;

/** Why a stage drops a row that can be read and tokenised. */
public enum DropReason {
  /** The text is in a language that is not kept. */
  OTHER_LANGUAGE,
  /** A figure of the text is outside its bounds. */
  LOW_QUALITY,
  /** Another row of the silo has the same texts. */
  DUPLICATE,
  /** Another row of the silo has nearly the same texts. */
  NEAR_DUPLICATE,
  /** Runs of its words stand in an evaluation set. */
  CONTAMINATED,
  /** Its silo has fewer rows than a silo must have. */
  SMALL_SILO,
  /** No silo takes rows of its category. */
  CATEGORY_WITHOUT_SILO,
  /** A row of the silo with the same id was prepared earlier, and stays as it is. */
  KNOWN_ID,
  /** Another new row has the same id, and comes first. */
  REPEATED_ID;

  /** Returns the name used in tables and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
