package org.silotune.llm.generate;

/**
 * Follows generations as they grow. Called on the generating thread, in the order of the tokens of
 * a prompt; prompts interleave.
 */
public interface GenerationListener {

  /** Listens to nothing. */
  GenerationListener NONE = new GenerationListener() {};

  /**
   * Certain text was added.
   *
   * @param promptIndex the prompt's place in the list that was given
   * @param piece whole characters, never any part of a stop string that ends the answer
   */
  default void onText(int promptIndex, String piece) {}

  /** A prompt's answer is complete: its text is the concatenation of the pieces. */
  default void onFinished(int promptIndex, Generation generation) {}
}
