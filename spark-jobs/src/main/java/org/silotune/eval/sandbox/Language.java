package org.silotune.eval.sandbox;

import java.util.List;

/** What programs are written in: the tools that build and run them. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of
public enum Language {
  PYTHON(List.of(), List.of("python3", "-I", "main.py"), true),
  JAVA(
      List.of(
          "javac", "-J-Xmx256m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1", "Main.java"),
      List.of("java", "-Xmx256m", "-Xss16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "Main"),
      false),
  JAVASCRIPT(List.of(), List.of("node", "--max-old-space-size=256", "main.js"), false),
  GO(List.of("go", "build", "-o", "main", "main.go"), List.of("./main"), false),
  CPP(List.of("g++", "-std=c++17", "-O1", "-o", "main", "main.cpp"), List.of("./main"), true);

  private final List<String> build;
  private final List<String> run;
  private final boolean takesAddressLimit;

  Language(List<String> build, List<String> run, boolean takesAddressLimit) {
    this.build = build;
    this.run = run;
    this.takesAddressLimit = takesAddressLimit;
  }

  /** Returns the command that builds a program, nothing where none is needed. */
  public List<String> build() {
    return build;
  }

  /** Returns the command that runs it. */
  public List<String> run() {
    return run;
  }

  /**
   * Returns whether its programs bear a limit on addresses. The others reserve far more than they
   * use; they have flags or a variable of their own, and their resident memory is watched.
   */
  boolean takesAddressLimit() {
    return takesAddressLimit;
  }
}
