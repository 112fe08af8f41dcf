package org.silotune;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What of the rules that make a run repeat (docs/architecture.md) can be seen in the code of a
 * module, whoever calls it.
 */
public final class ExactnessRules {

  /** Java leaves their last bit to the processor; StrictMath does not. */
  private static final Set<String> INEXACT =
      Set.of(
          "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "exp", "expm1", "log", "log10",
          "log1p", "pow", "cbrt", "sinh", "cosh", "tanh", "hypot");

  private static final Set<String> GENERATORS =
      Set.of(
          "java.util.Random",
          "java.util.SplittableRandom",
          "java.util.concurrent.ThreadLocalRandom",
          "java.security.SecureRandom",
          "java.util.UUID",
          "java.util.random.RandomGenerator",
          "java.util.random.RandomGeneratorFactory");

  private static final Set<String> UNORDERED =
      Set.of(
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.IdentityHashMap",
          "java.util.WeakHashMap",
          "java.util.Hashtable",
          "java.util.concurrent.ConcurrentHashMap");

  private static final Set<String> GOING =
      Set.of("entrySet", "forEach", "iterator", "keySet", "stream", "toArray", "values");

  private static final Set<String> LISTINGS =
      Set.of(
          "java.io.File.list",
          "java.io.File.listFiles",
          "java.nio.file.Files.list",
          "java.nio.file.Files.walk",
          "java.nio.file.Files.find",
          "java.nio.file.Files.newDirectoryStream",
          "java.nio.file.Files.walkFileTree",
          "org.apache.hadoop.fs.FileSystem.listStatus",
          "org.apache.hadoop.fs.FileSystem.listStatusIterator",
          "org.apache.hadoop.fs.FileSystem.listLocatedStatus",
          "org.apache.hadoop.fs.FileSystem.listFiles",
          "org.apache.hadoop.fs.FileSystem.globStatus");

  private static final Set<String> SQL_SUMS =
      Set.of("sum", "sum_distinct", "avg", "mean", "stddev", "variance", "corr", "aggregate");

  private final JavaClasses classes;

  private ExactnessRules(JavaClasses classes) {
    this.classes = classes;
  }

  /** Reads the main classes of the module whose tests run. */
  public static ExactnessRules ofThisModule() {
    return new ExactnessRules(ArchitectureRules.ofThisModule().classes());
  }

  /**
   * Rule 2: how many cores a machine has decides how many tasks there are, and no bit.
   *
   * @param askers the only classes that ask, by simple name
   */
  public void requireNoUseOfCores(String... askers) {
    require(
        "asks for the cores of its machine",
        askers,
        access -> fullName(access).equals("java.lang.Runtime.availableProcessors"));
  }

  /** Rule 7: what Java computes has the same bits on every machine. */
  public void requireExactMathematics() {
    require(
        "leaves its last bit to the machine",
        new String[0],
        access -> owner(access).equals("java.lang.Math") && INEXACT.contains(name(access)));
  }

  /**
   * Rule 7: chance is a function of seed, round, silo and step.
   *
   * @param namers the only classes that draw, by simple name: what they draw is no part of a result
   */
  public void requireSeededChance(String... namers) {
    require(
        "draws from another generator than CounterRandom",
        namers,
        access ->
            (GENERATORS.contains(owner(access))
                    && !fullName(access).equals("java.util.UUID.toString"))
                || fullName(access).equals("java.lang.Math.random")
                || fullName(access).equals("java.util.Collections.shuffle"));
  }

  /**
   * Rule 7: no order comes from a map, a set or a race. Commands and benches are free: they show
   * results and make none.
   *
   * @param lookups the only classes, by simple name, that make collections without an order and go
   *     through some: they look values up in the ones and go through the others, or sort
   */
  public void requireOrderedCollections(String... lookups) {
    Set<String> going = users(ExactnessRules::goesThrough);
    require(
        "makes a collection without an order, in a class that goes through some",
        lookups,
        access ->
            makesUnordered(access) && going.contains(originType(access)) && !isShowing(access));
    require(
        "goes through a stream in parallel",
        new String[0],
        access -> Set.of("parallel", "parallelStream").contains(name(access)));
  }

  /**
   * Rule 7: no order comes from a folder's listing.
   *
   * @param others the only classes, by simple name, that list a folder and do not sort: they count,
   *     delete or look for the one file that there is
   */
  public void requireSortedListings(String... others) {
    Predicate<JavaCodeUnitAccess<?>> lists =
        access -> LISTINGS.stream().anyMatch(listing -> calls(access, listing));
    Set<String> free = users(access -> Set.of("sort", "sorted").contains(name(access)));
    assertThat(Set.of(others)).as("classes that list a folder").isSubsetOf(users(lists));
    assertThat(Set.of(others)).as("classes that never sort").noneMatch(free::contains);
    free.addAll(Set.of(others));
    requireOnly("lists a folder and never sorts", free, lists);
  }

  /**
   * Rule 8: floats are not summed by SQL, in whose order nobody has a say.
   *
   * @param counters the only classes that sum, by simple name: integers
   */
  public void requireNoSqlSums(String... counters) {
    require(
        "sums in SQL",
        counters,
        access ->
            owner(access).equals("org.apache.spark.sql.functions")
                && SQL_SUMS.contains(name(access)));
  }

  private void require(String what, String[] free, Predicate<JavaCodeUnitAccess<?>> forbidden) {
    assertThat(Set.of(free)).as("classes with code that %s", what).isSubsetOf(users(forbidden));
    requireOnly(what, Set.of(free), forbidden);
  }

  private void requireOnly(
      String what, Set<String> free, Predicate<JavaCodeUnitAccess<?>> forbidden) {
    assertThat(accesses().filter(forbidden).filter(access -> !free.contains(originType(access))))
        .as("code that %s", what)
        .isEmpty();
  }

  private Set<String> users(Predicate<JavaCodeUnitAccess<?>> use) {
    return accesses()
        .filter(use)
        .map(ExactnessRules::originType)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Stream<JavaCodeUnitAccess<?>> accesses() {
    return classes.stream().flatMap(type -> type.getCodeUnitAccessesFromSelf().stream());
  }

  private static boolean makesUnordered(JavaCodeUnitAccess<?> access) {
    int parameters = access.getTarget().getRawParameterTypes().size();
    boolean several =
        parameters > 0 && access.getTarget().getRawParameterTypes().get(parameters - 1).isArray();
    return switch (owner(access)) {
      case "java.util.Map" ->
          Set.of("copyOf", "ofEntries").contains(name(access))
              || (name(access).equals("of") && parameters > 2);
      case "java.util.Set" ->
          name(access).equals("copyOf")
              || (name(access).equals("of") && (parameters > 1 || several));
      case "java.util.stream.Collectors" ->
          switch (name(access)) {
            case "toSet", "toUnmodifiableSet", "toUnmodifiableMap" -> true;
            case "toMap" -> parameters < 4; // the fourth makes the map
            case "groupingBy" -> parameters < 3; // the second of three does
            case "groupingByConcurrent", "toConcurrentMap" -> true;
            default -> false;
          };
      default ->
          UNORDERED.contains(owner(access))
              && (name(access).equals("<init>") || name(access).equals("newKeySet"));
    };
  }

  /** Whether the access takes the elements of a collection one after the other, lists aside. */
  private static boolean goesThrough(JavaCodeUnitAccess<?> access) {
    boolean copies =
        name(access).equals("<init>")
            && !access.getTarget().getRawParameterTypes().isEmpty()
            && access.getTargetOwner().isAssignableTo(Iterable.class);
    return copies
        || fullName(access).equals("java.util.List.copyOf")
        || (GOING.contains(name(access))
            && (access.getTargetOwner().isAssignableTo(Map.class)
                || access.getTargetOwner().isAssignableTo(Set.class)));
  }

  private static boolean isShowing(JavaCodeUnitAccess<?> access) {
    return access.getOriginOwner().getPackageName().matches("org\\.silotune\\.(cli|bench)(\\..*)?");
  }

  /** Whether the access is to a method, named with the type that declares it or one above. */
  private static boolean calls(JavaCodeUnitAccess<?> access, String method) {
    int dot = method.lastIndexOf('.');
    return name(access).equals(method.substring(dot + 1))
        && access.getTargetOwner().isAssignableTo(method.substring(0, dot));
  }

  private static String fullName(JavaCodeUnitAccess<?> access) {
    return owner(access) + "." + name(access);
  }

  private static String owner(JavaCodeUnitAccess<?> access) {
    return access.getTargetOwner().getFullName();
  }

  private static String name(JavaCodeUnitAccess<?> access) {
    return access.getTarget().getName();
  }

  /** The simple name of the file's type that the access is written in. */
  private static String originType(JavaCodeUnitAccess<?> access) {
    String name = access.getOriginOwner().getName();
    return name.substring(name.lastIndexOf('.') + 1).replaceFirst("\\$.*", "");
  }
}
