package org.silotune.llm.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * The errors that a golden test measures, as {@code target/golden/<test>.tsv}: one line for each
 * subject and quantity with the worst error and the tolerance. {@code golden_report.py} makes
 * docs/golden-report.md of them.
 */
public final class GoldenReport {

  private final Path file;
  private final Map<String, Double> worst = new TreeMap<>();

  private GoldenReport(Path file) {
    this.file = file;
  }

  /** Starts the report of a test class; an older one is replaced. */
  public static GoldenReport of(Class<?> test) {
    try {
      Path folder = Files.createDirectories(Path.of("target", "golden"));
      Path file = folder.resolve(test.getSimpleName() + ".tsv");
      Files.deleteIfExists(file);
      return new GoldenReport(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Notes an error that a test measured and accepted.
   *
   * @param subject whose it is, such as a family
   * @param quantity what was compared
   * @param error measured
   * @param tolerance what was allowed
   */
  public synchronized void add(String subject, String quantity, double error, double tolerance) {
    String key = "%s\t%s\t%.1e".formatted(subject, quantity, tolerance);
    worst.merge(key, error, Math::max);
    StringBuilder text = new StringBuilder();
    worst.forEach((k, e) -> text.append("%s\t%.1e%n".formatted(k, e)));
    try {
      Files.writeString(
          file, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
