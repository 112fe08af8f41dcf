package org.silotune.prep.split;

import java.util.Set;

/** Made-up silos that differ in the categories of their rows. */
sealed interface CategorySilos extends CountedSilos
    permits Dirichlet, InnerDirichlet, Pathological, Shards {

  @Override
  default Set<String> roles() {
    return Set.of("category");
  }
}
