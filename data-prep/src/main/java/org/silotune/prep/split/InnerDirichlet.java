package org.silotune.prep.split;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Silos of equal size with mixes of categories of their own: silo k draws {@code p_k ~
 * Dirichlet(alpha, ..., alpha)} over the categories, and {@link CategoryQuotas} fills the silos by
 * these mixes as far as the categories last. Each row of a category goes to silo k with a chance in
 * proportion to k's quota of it, by the hash of (seed, row), so the sizes hold on average. Source:
 * Acar et al., "Federated Learning Based on Dynamic Regularization", arXiv 2111.04263, appendix, as
 * Flower Datasets' inner Dirichlet partitioner has it. Where a silo's mix has none of the
 * categories that are left, it takes the fullest of these; Flower fails there.
 *
 * @param count number of silos
 * @param alpha concentration, greater than 0
 */
public record InnerDirichlet(int count, double alpha) implements CategorySilos {

  /** What configuration calls it. */
  public static final String NAME = "inner-dirichlet";

  public InnerDirichlet {
    SiloNames.requirePositive(count);
    Dirichlet.requireConcentration(alpha);
  }

  /** Returns three silos with an alpha of 0.5. */
  public static InnerDirichlet defaults() {
    return new InnerDirichlet(3, 0.5);
  }

  @Override
  public boolean needsCensus() {
    return true;
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    List<String> silos = silos();
    TreeMap<String, Shares> sharesByCategory = new TreeMap<>();
    List<String> categories = new ArrayList<>(census.rowsByCategory().keySet());
    long[][] quotas = CategoryQuotas.draw(seed, census, count, alpha);
    for (int c = 0; c < categories.size(); c++) {
      double[] weights = new double[count];
      for (int k = 0; k < count; k++) {
        weights[k] = quotas[k][c];
      }
      sharesByCategory.put(categories.get(c), Shares.of(weights));
    }
    return (siloKey, category, rowId) ->
        Optional.ofNullable(sharesByCategory.get(category))
            .map(shares -> silos.get(shares.index(new KeyedHash(seed, NAME).add(rowId).unit())));
  }
}
