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
   * @param progress hears that the silo goes on
   */
  SiloReply<T> ask(SiloDescriptor silo, TaskSite site, QuestionProgress progress)
      throws IOException;
}
