package org.silotune.prep.source;

import java.util.Locale;

/**
 * Why a record is no instruction row. Tokenisation has reasons of its own: {@link
 * org.silotune.llm.tokenizer.RejectionReason}.
 */
public enum QuarantineReason {
  /** The bytes of the record are not UTF-8, or a JSON escape names half a surrogate pair. */
  INVALID_UTF8,
  /** The record is not one JSON object. */
  MALFORMED_JSON,
  /** The record has another number of fields than the header, or text after a closing quote. */
  MALFORMED_CSV,
  /**
   * From here to its end the file cannot be cut into records: a JSON array or a quote of a CSV
   * field is never closed, or something follows the array.
   */
  UNREADABLE_REST,
  /** The record is longer than any may be. */
  OVERSIZED_RECORD,
  /**
   * A column holds a list or an object where text is expected, or a conversation is not a list of
   * turns.
   */
  INVALID_VALUE,
  /** The silo's column is empty, or what it holds cannot be a silo's name. */
  INVALID_SILO,
  /** The id column is empty. */
  MISSING_ID,
  /** The high-water column is empty, so nobody can tell whether the row is new. */
  MISSING_HIGH_WATER,
  /** It is at or below the high-water mark. Such a record is no part of a preparation. */
  NOT_NEW;

  /** Returns the name used in tables and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
