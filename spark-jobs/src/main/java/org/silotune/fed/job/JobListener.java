package org.silotune.fed.job;

import org.silotune.fed.round.RoundListener;
import org.silotune.llm.checkpoint.source.SourceProgress;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.prep.job.PreparationProgress;

/** Hears how a job goes, for people to read. */
public interface JobListener extends RoundListener {

  /** A long step begins. */
  void stage(String text);

  /** Returns what hears of a fetched model. */
  FetchProgress fetching();

  /** Returns what hears of prepared data. */
  PreparationProgress preparing();

  /** Returns what hears of a converted model. */
  SourceProgress converting();
}
