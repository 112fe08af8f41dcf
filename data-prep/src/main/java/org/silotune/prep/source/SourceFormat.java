package org.silotune.prep.source;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How the rows of a file are written. */
public enum SourceFormat {
  /**
   * By extension: {@code .jsonl, .ndjson, .json, .csv, .parquet}, the text ones also {@code .gz}.
   */
  AUTO("(?!)"),
  /** One array of objects, or one object a line: the first byte that is not white space tells. */
  JSON(".*\\.json(\\.gz)?"),
  /** One JSON object a line. */
  JSONL(".*\\.(jsonl|ndjson)(\\.gz)?"),
  /** RFC 4180 with a header: commas, double quotes, LF or CRLF. */
  CSV(".*\\.csv(\\.gz)?"),
  /** Apache Parquet. */
  PARQUET(".*\\.parquet"),
  /** A folder that is a Delta table; its jar must be on the class path. */
  DELTA("(?!)"),
  /** A folder that is an Iceberg table; its jar must be on the class path. */
  ICEBERG("(?!)");

  private final String namePattern;

  SourceFormat(String namePattern) {
    this.namePattern = namePattern;
  }

  /** Returns the name used in configuration and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the format of a file name by its extension. */
  static Optional<SourceFormat> of(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(format -> name.matches(format.namePattern)).findFirst();
  }
}
