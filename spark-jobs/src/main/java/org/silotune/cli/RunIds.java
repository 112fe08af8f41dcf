package org.silotune.cli;

import java.security.SecureRandom;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/** Names for new runs: when, and four digits of chance. Nothing of a run's result depends on it. */
final class RunIds {

  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private RunIds() {}

  static String next() {
    var chance = new byte[2];
    new SecureRandom().nextBytes(chance);
    return "%s-%s"
        .formatted(
            LocalDateTime.now(ZoneId.systemDefault()).format(WHEN),
            HexFormat.of().formatHex(chance));
  }
}
