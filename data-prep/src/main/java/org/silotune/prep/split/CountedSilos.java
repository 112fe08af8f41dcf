package org.silotune.prep.split;

import java.util.List;

/** Made-up silos, as many as the settings say; they exist whatever the rows are. */
sealed interface CountedSilos extends SiloPartitioner permits Iid, CategorySilos, SizeSkewed {

  /** Returns the number of silos. */
  int count();

  @Override
  default List<String> silos() {
    return SiloNames.of(count());
  }
}
