package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.silotune.llm.InvalidChoiceException;
import org.silotune.llm.LlmException;
import org.silotune.llm.NearestName;

/**
 * How a model family writes a conversation down. The set is closed: a template is a small renderer
 * whose output equals that of the family's Jinja template, and no Jinja runs.
 */
public abstract sealed class ChatTemplate
    permits Alpaca, ChatMl, Gemma, Llama2, Llama3, Mistral, Qwen3 {

  private final String name;

  ChatTemplate(String name) {
    this.name = name;
  }

  /** Returns the name that a configuration uses and a shard manifest records. */
  public final String name() {
    return name;
  }

  /**
   * Returns the template of that name.
   *
   * @throws LlmException if there is none; the message lists the names
   */
  public static ChatTemplate byName(String name) {
    return ChatTemplates.ALL.stream()
        .filter(template -> template.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidChoiceException(
                    "Unknown chat template %s%s: known are %s"
                        .formatted(
                            name, NearestName.hint(name, names()), String.join(", ", names()))));
  }

  /** Returns the known names, sorted. */
  public static List<String> names() {
    return ChatTemplates.ALL.stream()
        .map(ChatTemplate::name)
        .sorted()
        .collect(Collectors.toUnmodifiableList());
  }

  /** Returns the template of a model that brings none: Alpaca. */
  public static ChatTemplate ofBaseModel() {
    return byName("alpaca");
  }

  /**
   * Returns the text that asks a model without a template for an answer: the Alpaca prompt of
   * {@code task}, without a beginning-of-text token.
   */
  public static String alpacaPrompt(Instruction task) {
    ChatTemplate alpaca = ofBaseModel();
    Markers none = new Markers("", "", /* startsWithBos= */ false);
    return alpaca.renderPrompt(alpaca.question(task), none).text();
  }

  /**
   * Recognises the template that a model brings.
   *
   * @param origin the file it is from, for the message
   * @param jinja its text
   * @throws LlmException if it is none of the known ones; the message says how to force one
   */
  public static ChatTemplate detect(String origin, String jinja) {
    return ChatTemplates.detect(origin, jinja);
  }

  /**
   * Returns whether the template writes the beginning-of-text token whatever the tokenizer says.
   */
  abstract boolean needsBos();

  /** Returns the control token that ends an answer. */
  abstract String endOfTurn(Markers markers);

  /** Returns why this template cannot write {@code messages}, if it cannot. */
  Optional<String> problem(List<ChatMessage> messages) {
    return Conversation.unknownRole(messages);
  }

  /** Writes {@code messages}, which have no {@link #problem}. */
  abstract void write(List<ChatMessage> messages, Markers markers, Rendering.Writer out);

  /** Writes what stands between the last question and its answer. */
  abstract void writeAnswerHeader(Rendering.Writer out);

  /** Returns the messages that ask for {@code task}. */
  List<ChatMessage> question(Instruction task) {
    String content =
        task.hasInput() ? task.instruction() + "\n\n" + task.input() : task.instruction();
    return List.of(new ChatMessage("user", content));
  }

  /** Writes the conversation as far as it goes. */
  final Rendering render(List<ChatMessage> messages, Markers markers) {
    Rendering.Writer out = new Rendering.Writer();
    write(messages, markers, out);
    return out.rendering();
  }

  /** Writes the conversation and asks for the next answer. */
  final Rendering renderPrompt(List<ChatMessage> messages, Markers markers) {
    Rendering.Writer out = new Rendering.Writer();
    write(messages, markers, out);
    writeAnswerHeader(out);
    return out.rendering();
  }

  @Override
  public final String toString() {
    return name;
  }
}
