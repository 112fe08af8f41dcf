package org.silotune.eval.task;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silotune.eval.sandbox.Language;
import org.silotune.eval.sandbox.SandboxLimits;

/**
 * A problem whose answer is a program that is run.
 *
 * @param language what runs it
 * @param prompt what the model continues
 * @param solution a continuation that is known to be right; a problem where it is empty is not run
 * @param files the program, by file name; beside the row's fields they know {@code completion},
 *     what was generated, and {@code proof}: where a file names it, a program passes only if it
 *     writes it out, so one that ends early does not
 * @param build what is run first, default the language's
 * @param run what is run then, default the language's; status 0 passes
 * @param decoding how the answer is generated
 * @param samples how many answers a problem
 * @param k of how many answers one must pass, for {@code pass@k}
 * @param limits of a program
 */
public record CodeConfig(
    Language language,
    String prompt,
    String solution,
    Map<String, String> files,
    Optional<List<String>> build,
    Optional<List<String>> run,
    DecodingConfig decoding,
    Optional<Integer> samples,
    Optional<List<Integer>> k,
    SandboxLimits limits)
    implements AskConfig {

  /** What files call it. */
  public static final String NAME = "code";

  /** The field of what was generated. */
  static final String COMPLETION = "completion";

  /** The field of what a program writes to show that it came to its end. */
  static final String PROOF = "proof";

  public CodeConfig {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    k = k.map(List::copyOf);
    for (String file : files.keySet()) {
      if (file.startsWith("/")
          || file.contains("..")
          || Path.of(file).normalize().toString().isBlank()) {
        throw new IllegalArgumentException(
            "Invalid file '%s': must be a path below the program's folder".formatted(file));
      }
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("Invalid files: a program needs at least one");
    }
    int drawn = samples.orElse(1);
    for (int asked : k.orElse(List.of(1))) {
      if (asked < 1 || asked > drawn) {
        throw new IllegalArgumentException(
            "Invalid k %d: must be 1 to samples, which is %d".formatted(asked, drawn));
      }
    }
    if (drawn > 1 && decoding.temperature() == 0) {
      throw new IllegalArgumentException(
          "Invalid samples %d: at temperature 0 they would all be the same; set a temperature"
              .formatted(drawn));
    }
  }

  /** Returns how many answers are drawn a problem. */
  public int sampleCount() {
    return samples.orElse(1);
  }

  /** Returns the k of every {@code pass@k}. */
  public List<Integer> ks() {
    return k.orElse(List.of(1));
  }

  /** Returns what is run first, nothing where nothing is built. */
  public List<String> buildCommand() {
    return build.orElse(language.build());
  }

  /** Returns what is run. */
  public List<String> runCommand() {
    return run.orElse(language.run());
  }

  @Override
  public boolean hasTarget() {
    return false;
  }
}
