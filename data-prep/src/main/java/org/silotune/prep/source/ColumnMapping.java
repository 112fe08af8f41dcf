package org.silotune.prep.source;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which source column holds what.
 *
 * <p>A row is either an instruction with an answer, or a conversation: when {@code messages} is
 * named, the conversation is taken and instruction, input and output are not looked at.
 *
 * @param instruction what is asked; must exist
 * @param input what it is asked about, empty where there is nothing; a source may be without it
 *     only under its default name, a file of one always
 * @param output the answer; must exist
 * @param messages a column of turns, {@code [{"role": "user", "content": "..."}, ...]}
 * @param category a label that Dirichlet silos and reports use; may be missing as the input may,
 *     but where silos are made of it
 * @param id a column that tells the rows of a silo apart; without one an id is made of the content
 */
public record ColumnMapping(
    String instruction,
    String input,
    String output,
    Optional<String> messages,
    String category,
    Optional<String> id) {

  public ColumnMapping {
    requireNonNull(instruction, "instruction");
    requireNonNull(input, "input");
    requireNonNull(output, "output");
    requireNonNull(messages, "messages");
    requireNonNull(category, "category");
    requireNonNull(id, "id");
  }

  /** Returns the mapping of a source whose columns have our names. */
  public static ColumnMapping defaults() {
    return new ColumnMapping(
        "instruction", "input", "output", Optional.empty(), "category", Optional.empty());
  }

  /** Returns the mapping with other columns for the question, its context and the answer. */
  public ColumnMapping withInstruction(String newInstruction, String newInput, String newOutput) {
    return new ColumnMapping(newInstruction, newInput, newOutput, messages, category, id);
  }

  /** Returns the mapping with a column of conversations. */
  public ColumnMapping withMessages(String column) {
    return new ColumnMapping(instruction, input, output, Optional.of(column), category, id);
  }

  /** Returns the mapping with a column of ids. */
  public ColumnMapping withId(String column) {
    return new ColumnMapping(instruction, input, output, messages, category, Optional.of(column));
  }

  /** Returns the columns that are used, by what they hold. */
  public SortedMap<String, String> used() {
    SortedMap<String, String> used = new TreeMap<>();
    messages.ifPresentOrElse(
        column -> used.put("messages", column),
        () -> {
          used.put("instruction", instruction);
          used.put("input", input);
          used.put("output", output);
        });
    used.put("category", category);
    id.ifPresent(column -> used.put("id", column));
    return used;
  }
}
