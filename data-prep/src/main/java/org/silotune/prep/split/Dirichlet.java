package org.silotune.prep.split;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.silotune.prep.PreparationException;

/**
 * Silos with skewed categories: for each category c, shares p_c ~ Dirichlet(alpha, ..., alpha) over
 * the silos are drawn from (seed, c), and each row of c goes to silo k with chance p_c[k], by the
 * hash of (seed, row). A small alpha gives each category to few silos, a large one comes near to
 * {@link Iid}. Source: Hsu, Qi and Brown, arXiv 1909.06335, section 3, with the shares of a
 * category over silos.
 *
 * <p>It is Flower Datasets' Dirichlet partitioner without its balance ({@code
 * self_balancing=False}) and without its least size: there the shares are drawn again, up to ten
 * times, until every silo has ten rows. Both look at all rows, so one that arrives would move
 * others; a silo without rows is an error of the preparation instead.
 *
 * @param count number of silos
 * @param alpha concentration, greater than 0
 */
public record Dirichlet(int count, double alpha) implements CategorySilos {

  /** What configuration calls it. */
  public static final String NAME = "dirichlet";

  public Dirichlet {
    SiloNames.requirePositive(count);
    requireConcentration(alpha);
  }

  /** Returns three silos with an alpha of 0.5. */
  public static Dirichlet defaults() {
    return new Dirichlet(3, 0.5);
  }

  @Override
  public SiloAssignment assignment(long seed, Census census) {
    List<String> silos = silos();
    Map<String, Shares> sharesByCategory = new ConcurrentHashMap<>();
    return (siloKey, category, rowId) ->
        Optional.of(
            silos.get(
                sharesByCategory
                    .computeIfAbsent(
                        category,
                        c -> DirichletShares.draw(seed, "dirichlet-shares", c, count, alpha))
                    .index(new KeyedHash(seed, "dirichlet").add(rowId).unit())));
  }

  static void requireConcentration(double alpha) {
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new PreparationException(
          "Invalid Dirichlet alpha %s: must be a finite number > 0".formatted(alpha));
    }
  }
}
