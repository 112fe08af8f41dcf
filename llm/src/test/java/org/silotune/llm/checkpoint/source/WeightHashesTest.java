package org.silotune.llm.checkpoint.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WeightHashesTest {

  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path cache;

  private Path file;
  private int computed;

  @BeforeEach
  void writeAFileOfLongAgo() throws IOException {
    file = write("a.bin", "abc", Instant.parse("2024-01-01T00:00:00Z"));
  }

  @Test
  void aFileIsHashedOnceAndRememberedByAnotherInstance() {
    assertThat(hashes().of(List.of(file))).isEqualTo(ABC);
    assertThat(hashes().of(List.of(file))).isEqualTo(ABC);
    assertThat(computed).isEqualTo(1);
  }

  @Test
  void aChangedFileIsHashedAgain() throws IOException {
    assertThat(hashes().of(List.of(file))).isEqualTo(ABC);
    write("a.bin", "abd", Instant.parse("2024-01-01T00:00:01Z"));
    assertThat(hashes().of(List.of(file))).isNotEqualTo(ABC);
    assertThat(computed).isEqualTo(2);
  }

  @Test
  void aFileChangedJustNowIsNotRemembered() throws IOException {
    write("a.bin", "abc", Instant.now());
    assertThat(hashes().of(List.of(file))).isEqualTo(ABC);
    assertThat(hashes().of(List.of(file))).isEqualTo(ABC);
    assertThat(computed).isEqualTo(2);
  }

  @Test
  void aDamagedMemoIsComputedAgain() throws IOException {
    assertThat(hashes().of(List.of(file))).isEqualTo(ABC);
    try (var memos = Files.list(cache.resolve("hashes"))) {
      for (Path memo : memos.toList()) {
        Files.writeString(memo, "0".repeat(64));
      }
    }
    assertThat(hashes().of(List.of(file))).isEqualTo(ABC);
  }

  @Test
  void severalFilesHashAsTheLinesOfSha256sum() throws IOException {
    Path other = write("b.bin", "", Instant.parse("2024-01-01T00:00:00Z"));
    String lines =
        ABC
            + "  a.bin\n"
            + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.bin\n";
    Path list = write("list", lines, Instant.parse("2024-01-01T00:00:00Z"));
    assertThat(hashes().of(List.of(other, file))).isEqualTo(hashes().of(List.of(list)));
  }

  private WeightHashes hashes() {
    return new WeightHashes(
        cache,
        (step, done, total) -> {
          if (done == total) {
            computed++;
          }
        });
  }

  private Path write(String name, String text, Instant changed) throws IOException {
    Path path = Files.writeString(cache.resolve(name), text);
    return Files.setLastModifiedTime(path, FileTime.from(changed));
  }
}
