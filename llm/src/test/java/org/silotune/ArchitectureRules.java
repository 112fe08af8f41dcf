package org.silotune;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The rules of the house that every module's {@code ArchitectureTest} checks. */
public final class ArchitectureRules {

  private static final Path SOURCES = Path.of("src/main/java");
  private static final int LONGEST_FILE = 400;

  private final JavaClasses classes;

  private ArchitectureRules(JavaClasses classes) {
    this.classes = classes;
  }

  /** Reads the main classes of the module whose tests run. */
  public static ArchitectureRules ofThisModule() {
    var importer = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests());
    return new ArchitectureRules(importer.importPath(Path.of("target/classes")));
  }

  /** Returns the main classes. */
  public JavaClasses classes() {
    return classes;
  }

  /**
   * Checks that packages depend on each other one way only.
   *
   * @param parent the parent of the packages
   * @param order their names, each free to use those before it
   */
  public void requirePackageOrder(String parent, List<String> order) {
    for (int i = 0; i < order.size(); i++) {
      var later = order.subList(i + 1, order.size());
      if (later.isEmpty()) {
        continue;
      }
      noClasses()
          .that()
          .resideInAPackage("%s.%s..".formatted(parent, order.get(i)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              later.stream().map(name -> "%s.%s..".formatted(parent, name)).toArray(String[]::new))
          .because("packages use only those before them: " + String.join(", ", order))
          .allowEmptyShould(true)
          .check(classes);
    }
    slices().matching(parent + ".(*)..").should().beFreeOfCycles().check(classes);
    assertThat(packageNames(parent)).as("packages that the order names").isSubsetOf(order);
  }

  /** Checks that no class of some packages uses any of some others. */
  public void requireNoUse(String[] users, String... used) {
    noClasses()
        .that()
        .resideInAnyPackage(users)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(used)
        .allowEmptyShould(true)
        .check(classes);
  }

  /** Checks that no class outside some packages uses any of some others. */
  public void requireUseOnlyIn(String[] users, String... used) {
    noClasses()
        .that()
        .resideOutsideOfPackages(users)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(used)
        .check(classes);
  }

  /**
   * Checks that some calls are made in some places only.
   *
   * @param what the calls are
   * @param callers methods as {@code class.method}
   */
  public void requireCallsOnlyIn(
      String what, Predicate<JavaCall<?>> calls, Collection<String> callers) {
    noClasses()
        .should()
        .callCodeUnitWhere(
            DescribedPredicate.describe(
                what,
                call ->
                    calls.test(call)
                        && !callers.contains(
                            call.getOriginOwner().getName() + "." + call.getOrigin().getName())))
        .because("only %s may".formatted(callers))
        .check(classes);
  }

  /** Checks that a class is named after what it is. */
  public void requireNounsForNames() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Util")
        .orShould()
        .haveSimpleNameEndingWith("Utils")
        .orShould()
        .haveSimpleNameEndingWith("Helper")
        .orShould()
        .haveSimpleNameEndingWith("Manager")
        .orShould()
        .haveSimpleNameEndingWith("Impl")
        .because("such a class is a missing noun")
        .check(classes);
  }

  /** Checks that every package says what it is for and is null-marked. */
  public void requirePackageInfos() {
    for (var folder : sources().map(Path::getParent).distinct().toList()) {
      assertThat(folder.resolve("package-info.java"))
          .content()
          .startsWith("/**")
          .contains("@NullMarked");
    }
  }

  /** Checks that a file stays one thing. */
  public void requireShortFiles() {
    assertThat(sources().filter(file -> lines(file) > LONGEST_FILE))
        .as("main files of more than %d lines", LONGEST_FILE)
        .isEmpty();
  }

  private List<String> packageNames(String parent) {
    return classes.stream()
        .map(each -> each.getPackageName())
        .filter(name -> name.startsWith(parent + "."))
        .map(name -> name.substring(parent.length() + 1).replaceFirst("\\..*", ""))
        .distinct()
        .toList();
  }

  private static Stream<Path> sources() {
    try (var files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long lines(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
