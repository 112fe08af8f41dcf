package org.silotune.llm.checkpoint.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.AtomicFile;
import org.silotune.llm.checkpoint.source.SourceProgress.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * sha256 of weight files, each computed once: {@code <cache>/hashes/<sha256 of the path>} holds the
 * result beside the size, time of change and identity of the file that it is for. A file changed
 * within the last two seconds is not remembered, since it could change again unnoticed.
 */
final class WeightHashes {

  private static final Logger LOG = LoggerFactory.getLogger(WeightHashes.class);
  private static final Duration SETTLED = Duration.ofSeconds(2);
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int HEX_LENGTH = 64;

  private final Path folder;
  private final SourceProgress progress;

  WeightHashes(Path cache, SourceProgress progress) {
    this.folder = cache.resolve("hashes");
    this.progress = progress;
  }

  /**
   * Returns the hash of one file, or of several: then that of their {@code "<sha256> <name>\n"}
   * lines in name order, as {@code sha256sum} prints them.
   */
  String of(List<Path> files) {
    if (files.size() == 1) {
      return of(files.get(0));
    }
    MessageDigest digest = sha256();
    for (Path file : files.stream().sorted().toList()) {
      String line = "%s  %s\n".formatted(of(file), file.getFileName());
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private String of(Path file) {
    try {
      Path real = file.toRealPath();
      String identity = identity(real);
      Path memo = folder.resolve(hex(real.toString()));
      String known = remembered(memo, identity);
      if (known.length() == HEX_LENGTH) {
        return known;
      }
      String computed = compute(real);
      if (identity.equals(identity(real)) && settled(real)) {
        remember(memo, computed + "\n" + identity);
      }
      return computed;
    } catch (IOException e) {
      throw LlmException.cannot("read", file, e);
    }
  }

  private static String remembered(Path memo, String identity) throws IOException {
    if (!Files.isRegularFile(memo)) {
      return "";
    }
    String text = new String(Files.readAllBytes(memo), StandardCharsets.UTF_8);
    boolean same = text.length() > HEX_LENGTH && text.substring(HEX_LENGTH).equals("\n" + identity);
    return same ? text.substring(0, HEX_LENGTH) : "";
  }

  private static void remember(Path memo, String text) {
    try {
      AtomicFile.write(memo, text.getBytes(StandardCharsets.UTF_8));
    } catch (LlmException e) {
      LOG.warn("The hash will be computed again next time: {}", e.getMessage());
    }
  }

  private String compute(Path file) throws IOException {
    long total = Files.size(file);
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
        done += read;
        progress.at(Step.HASHING, done, total);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String identity(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return "%s\n%d\n%s\n%s\n"
        .formatted(file, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
  }

  private static boolean settled(Path file) throws IOException {
    Instant changed = Files.getLastModifiedTime(file).toInstant();
    return changed.plus(SETTLED).isBefore(Instant.now());
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
