package org.silotune.llm.tokenizer;

/** Why a row cannot be trained on. */
public enum RejectionReason {
  /** The conversation is not one that the template can write. */
  INVALID_CONVERSATION("invalid-conversation"),
  /** Nobody asks anything. */
  EMPTY_PROMPT("empty-prompt"),
  /** No turn is the assistant's. */
  MISSING_ANSWER("missing-answer"),
  /** A turn of the assistant is blank. */
  EMPTY_ANSWER("empty-answer"),
  /** The text has no UTF-8: it holds half of a surrogate pair. */
  MALFORMED_TEXT("malformed-text"),
  /** The context before the first answer fills the maximum length. */
  PROMPT_TOO_LONG("prompt-too-long"),
  /** The example is longer than the maximum, and the policy is to reject such. */
  TOO_LONG("too-long");

  private final String code;

  RejectionReason(String code) {
    this.code = code;
  }

  /** Returns the word for tables and manifests. */
  public String code() {
    return code;
  }
}
