package org.silotune.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class TemporaryFolderTest {

  @TempDir private Path parent;

  @Test
  void itIsDeletedWithAllThatItHoldsWhenItIsClosed() throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.createIn(parent)) {
      Files.writeString(Files.createDirectory(folder.path().resolve("a")).resolve("b"), "content");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  @Timeout(60)
  void whatAKilledProcessLeftIsRemovedByTheNextAndWhatIsInUseNever() throws Exception {
    Path foreign = Files.createDirectory(parent.resolve("silotune-foreign"));
    Path link = Files.createSymbolicLink(parent.resolve("silotune-link"), foreign);
    try (TemporaryFolder own = TemporaryFolder.createIn(parent);
        TemporaryFolder second = TemporaryFolder.createIn(parent)) {
      Process maker = process(Maker.class);
      Path made = Path.of(firstLine(maker));
      assertThat(made).isDirectoryContaining("glob:**/content").hasParent(parent);

      own.sweep();
      assertThat(made.resolve("content")).hasContent("of another process");

      maker.destroyForcibly(); // SIGKILL
      assertThat(maker.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(made).exists();
      assertThat(firstLine(process(Sweeper.class))).isEqualTo("swept");
      assertThat(made).doesNotExist();
      assertThat(own.path()).exists();
      assertThat(second.path()).exists();

      own.sweep(); // does not give up the lock of another folder of this process
      assertThat(firstLine(process(Sweeper.class))).isEqualTo("swept");
      assertThat(own.path()).exists();
      assertThat(second.path()).exists();
    }
    assertThat(foreign).isEmptyDirectory(); // has no lock: of another kind
    assertThat(link).isSymbolicLink();
  }

  private Process process(Class<?> main) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            main.getName(),
            parent.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String firstLine(Process process) throws IOException {
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  /** A process that makes a folder and uses it until it is killed. */
  static final class Maker {

    private Maker() {}

    public static void main(String... arguments) throws Exception {
      try (TemporaryFolder folder = TemporaryFolder.createIn(Path.of(arguments[0]))) {
        Files.writeString(folder.path().resolve("content"), "of another process");
        System.out.println(folder.path());
        Thread.sleep(TimeUnit.MINUTES.toMillis(2));
      }
    }
  }

  /** A process that comes later. */
  static final class Sweeper {

    private Sweeper() {}

    public static void main(String... arguments) throws Exception {
      try (TemporaryFolder folder = TemporaryFolder.createIn(Path.of(arguments[0]))) {
        folder.sweep();
      }
      System.out.println("swept");
    }
  }
}
