package org.silotune.llm.generate;

/** Why a generation ended. */
public enum FinishReason {
  /** The model produced one of the tokenizer's end-of-turn ids. */
  END_OF_TURN,
  /** The text reached a stop string, which is cut off. */
  STOP_STRING,
  /** As many tokens as were asked for. */
  MAX_NEW_TOKENS,
  /** Prompt and answer fill the model's context. */
  CONTEXT_FULL
}
