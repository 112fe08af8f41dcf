package org.silotune.fed.spark;

import java.io.IOException;
import java.io.Serializable;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.client.SiloReply;
import org.silotune.fed.round.TaskSite;

/**
 * What is asked of every silo, where its data is; settings only.
 *
 * @param <T> what is answered, in types that Java can serialise
 */
public interface SiloQuestion<T> extends Serializable {

  /**
   * Answers for a silo that the site may open. Failures of the machine are thrown, so that Spark
   * tries again.
   *
   * @param advanced is run whenever some of the work is done: who is silent for long stands still
   */
  SiloReply<T> ask(SiloDescriptor silo, TaskSite site, Runnable advanced) throws IOException;
}
