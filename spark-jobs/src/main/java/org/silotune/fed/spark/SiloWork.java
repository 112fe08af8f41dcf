package org.silotune.fed.spark;

import java.io.IOException;
import java.io.Serializable;
import org.silotune.fed.client.SiloDescriptor;
import org.silotune.fed.round.TaskSite;

/**
 * What one silo's task does, where the silo's data is; settings only.
 *
 * @param <S> what it brings home
 */
interface SiloWork<S> extends Serializable {

  /**
   * Does the silo's part. What depends on the silo comes back in the result; what depends on the
   * machine is thrown, so that Spark tries again.
   *
   * @param progress hears that the task goes on
   */
  S run(SiloDescriptor silo, TaskSite site, TaskProgress progress) throws IOException;

  /**
   * Returns the part of a silo that machines failed for good.
   *
   * @param host where, empty if no task ran to its end
   */
  S lost(String silo, String reason, String host);
}
