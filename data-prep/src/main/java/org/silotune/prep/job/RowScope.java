package org.silotune.prep.job;

/** Which rows an incremental preparation takes. */
public enum RowScope {
  /** Those that no version of the folder has. */
  NEW,
  /** All of them, as if there were no version: settings may differ from those before. */
  ALL
}
