package org.silotune.eval.sandbox;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A program to run.
 *
 * @param language what it is written in
 * @param files its text by file name
 * @param build the command that builds it, empty for none
 * @param run the command that runs it
 */
public record Program(
    Language language, SortedMap<String, String> files, List<String> build, List<String> run) {

  public Program {
    files = new TreeMap<>(files);
    build = List.copyOf(build);
    run = List.copyOf(run);
  }

  /** Returns a program that its language's own commands build and run. */
  public static Program of(Language language, SortedMap<String, String> files) {
    return new Program(language, files, language.build(), language.run());
  }

  /** Returns a command as a line for sh. */
  static String line(List<String> command) {
    return command.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }
}
