package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;

/**
 * A stretch of a text to encode, and whether its control tokens mean anything.
 *
 * @param text the characters, verbatim
 * @param origin who wrote it
 */
public record TextPiece(String text, Origin origin) {

  /** Who wrote a piece. */
  public enum Origin {
    /** The chat template: control tokens written in it are control tokens. */
    MARKUP,
    /** A user, a data set or a model: control tokens written in it are ordinary text. */
    CONTENT
  }

  public TextPiece {
    requireNonNull(text, "text");
    requireNonNull(origin, "origin");
  }

  /** Returns a piece that the template wrote. */
  public static TextPiece markup(String text) {
    return new TextPiece(text, Origin.MARKUP);
  }

  /** Returns a piece that the template only quotes. */
  public static TextPiece content(String text) {
    return new TextPiece(text, Origin.CONTENT);
  }

  boolean isContent() {
    return origin == Origin.CONTENT;
  }
}
