package org.silotune.fed.job;

/** What this build is called, in messages and reports. */
public final class SiloTuneVersion {

  /** The release, or the one that is being made. */
  public static final String NUMBER = "0.1.0";

  private SiloTuneVersion() {}
}
