package org.silotune.llm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.gguf.GgufTensorReader;
import org.silotune.llm.testing.Golden;

/**
 * Randomly damaged weight files either open and read, or are refused as corrupt: no other
 * throwable, and no allocation beyond a small multiple of the file. The seed is in every failure;
 * {@code -Dtest.seed=} repeats it.
 */
final class DamagedFilesTest {

  private static final long SEED = Long.getLong("test.seed", System.nanoTime());
  private static final int ROUNDS = 500;
  private static final long MAX_ALLOCATION = 8L << 20;

  @TempDir Path folder;

  @Test
  void aDamagedSafetensorsFileIsReadOrRefused() throws IOException {
    damage(Golden.path("safetensors/mixed.safetensors"), DamagedFilesTest::readSafetensors);
  }

  @Test
  void aDamagedGgufFileIsReadOrRefused() throws IOException {
    damage(Golden.path("gguf/every-type.gguf"), DamagedFilesTest::readGguf);
  }

  @Test
  void aDamagedIndexIsReadOrRefused() throws IOException {
    Path sharded = Golden.path("safetensors/sharded");
    try (var files = Files.list(sharded)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path index = folder.resolve(ShardedSafetensors.INDEX_NAME);
    damage(sharded.resolve(ShardedSafetensors.INDEX_NAME), index, f -> readSharded(f.getParent()));
  }

  private void damage(Path sound, Consumer<Path> read) throws IOException {
    damage(sound, folder.resolve("damaged"), read);
  }

  private void damage(Path sound, Path damaged, Consumer<Path> read) throws IOException {
    byte[] original = Files.readAllBytes(sound);
    Random random = new Random(SEED);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Files.write(damaged, damaged(original, random));
      long before = allocatedBytes();
      try {
        read.accept(damaged);
      } catch (CorruptCheckpointException e) {
        refused++;
        assertThat(e).hasMessageContaining("expected").hasMessageContaining("found");
      } catch (RuntimeException | Error e) {
        Path kept =
            Files.copy(
                damaged,
                Files.createTempFile("damaged", ".bin"),
                StandardCopyOption.REPLACE_EXISTING);
        throw new AssertionError("Seed %d, round %d, kept as %s".formatted(SEED, round, kept), e);
      }
      assertThat(allocatedBytes() - before)
          .as("bytes allocated, seed %d, round %d", SEED, round)
          .isLessThan(MAX_ALLOCATION);
    }
    assertThat(refused).as("refused, seed %d", SEED).isBetween(ROUNDS / 20, ROUNDS - 1);
  }

  private static byte[] damaged(byte[] original, Random random) {
    byte[] bytes = original.clone();
    int kind = random.nextInt(10);
    if (kind == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    if (kind == 1) {
      return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
    }
    int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 1200);
    for (int i = 0; i <= random.nextInt(4); i++) {
      int at = random.nextInt(reach);
      bytes[at] =
          kind < 6 ? (byte) (bytes[at] ^ (1 << random.nextInt(8))) : (byte) random.nextInt(256);
      if (kind == 9) {
        Arrays.fill(bytes, at, Math.min(bytes.length, at + 8), (byte) random.nextInt(256));
      }
    }
    return bytes;
  }

  private static void readSafetensors(Path file) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      readAll(open);
    }
  }

  private static void readSharded(Path folder) {
    try (ShardedSafetensors open = ShardedSafetensors.open(folder)) {
      readAll(open);
    }
  }

  private static void readAll(TensorSource source) {
    for (String name : source.names()) {
      source.map(name);
      if (source.info(name).dtype().readsAsFloat()) {
        assertThat(source.floats(name)).isNotNull();
      }
    }
  }

  private static void readGguf(Path file) {
    try (GgufFile open = GgufFile.open(file)) {
      for (String name : open.names()) {
        GgufTensorReader reader = open.reader(name);
        int count = (int) Math.min(1 << 16, reader.tensor().elementCount());
        reader.read(0, count, new float[count], 0);
      }
    }
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
