package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.silotune.llm.tokenizer.ChatMessage;

/**
 * The text of a held-out row: what evaluation sends to the model and what it compares with.
 *
 * @param exampleId the id of the same row in the token shard
 * @param category the row's category, empty where the source has none
 * @param prompt the conversation up to the last answer, which is left out
 * @param reference the last answer
 */
public record HeldOutRow(
    String exampleId, String category, List<ChatMessage> prompt, String reference) {

  public HeldOutRow {
    requireNonNull(exampleId, "exampleId");
    requireNonNull(category, "category");
    requireNonNull(reference, "reference");
    prompt = List.copyOf(prompt);
  }
}
