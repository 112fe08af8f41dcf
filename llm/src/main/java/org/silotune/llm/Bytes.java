package org.silotune.llm;

import java.util.Locale;

/** Numbers of bytes as people read them, in powers of ten. */
public final class Bytes {

  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Bytes() {}

  /** Returns such as {@code 512 bytes}, {@code 1.2 MB}, {@code 3.41 GB}. */
  public static String text(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + digits + "f %s", value, UNITS[unit]);
  }
}
