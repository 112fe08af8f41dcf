package org.silotune.fed.spark;

import java.util.List;
import java.util.stream.Collectors;
import org.silotune.fed.client.SiloDescriptor;

/** Lists of silos as people read them. */
final class SiloNames {

  private static final int SHOWN = 8;

  private SiloNames() {}

  /** Returns the first few names, and how many there are more. */
  static String shortened(List<SiloDescriptor> silos) {
    String names =
        silos.stream().limit(SHOWN).map(SiloDescriptor::name).collect(Collectors.joining(", "));
    int more = silos.size() - SHOWN;
    return more > 0 ? "%s and %d more".formatted(names, more) : names;
  }
}
