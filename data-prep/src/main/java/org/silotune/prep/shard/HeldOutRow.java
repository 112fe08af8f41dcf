package org.silotune.prep.shard;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.Instruction;
import org.silotune.llm.tokenizer.PromptEncoder;

/**
 * The text of a held-out row: what evaluation sends to the model and what it compares with.
 *
 * @param exampleId the id of the same row in the token shard
 * @param category the row's category, empty where the source has none
 * @param task the question of an instruction row; both its texts are empty in a conversation
 * @param conversation the turns before the last answer; empty in an instruction row
 * @param reference the last answer
 */
public record HeldOutRow(
    String exampleId,
    String category,
    Instruction task,
    List<ChatMessage> conversation,
    String reference) {

  public HeldOutRow {
    requireNonNull(exampleId, "exampleId");
    requireNonNull(category, "category");
    requireNonNull(task, "task");
    conversation = List.copyOf(conversation);
    requireNonNull(reference, "reference");
  }

  /** Returns the ids that ask for the answer, which are those the row was prepared with. */
  public int[] prompt(PromptEncoder encoder) {
    return conversation.isEmpty() ? encoder.prompt(task) : encoder.prompt(conversation);
  }

  /** Returns what is asked, for a person to read: the last turn, or the instruction and input. */
  public String question() {
    if (!conversation.isEmpty()) {
      return conversation.get(conversation.size() - 1).content();
    }
    return task.input().isBlank() ? task.instruction() : task.instruction() + "\n" + task.input();
  }
}
