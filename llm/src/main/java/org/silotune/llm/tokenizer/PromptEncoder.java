package org.silotune.llm.tokenizer;

import static java.util.Objects.requireNonNull;
import static org.silotune.llm.tokenizer.TokenizedExample.NOT_TRAINED;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.silotune.llm.LlmException;

/**
 * Conversations and instruction rows to token ids, for training and for generation. Thread-safe.
 *
 * <p>The boundary of an answer is exact. Context and answers are encoded apart and joined, and the
 * end-of-turn token follows every answer; so the ids before an answer are those that generation
 * sends, {@code prompt(m)} is a prefix of the ids of {@code encode} of {@code m} and its answer,
 * and no token straddles the two. Answers and their end-of-turn tokens are trained, in every turn;
 * all else is {@link TokenizedExample#NOT_TRAINED}. What a template writes after the last answer is
 * left out, for nobody would read it.
 */
public final class PromptEncoder {

  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final int maxLength;
  private final OverlongPolicy overlongPolicy;
  private final Markers markers;
  private final int endOfTurn;

  /**
   * Puts the parts together.
   *
   * @param maxLength the longest example, in tokens; at most the model's context
   * @throws LlmException if the vocabulary lacks a token that the template writes
   */
  public PromptEncoder(
      Tokenizer tokenizer, ChatTemplate template, int maxLength, OverlongPolicy overlongPolicy) {
    if (maxLength < 2) {
      throw new LlmException("Invalid maximum length %d: must be >= 2".formatted(maxLength));
    }
    this.tokenizer = requireNonNull(tokenizer, "tokenizer");
    this.template = requireNonNull(template, "template");
    this.maxLength = maxLength;
    this.overlongPolicy = requireNonNull(overlongPolicy, "overlongPolicy");
    this.markers = markers(tokenizer);
    if (template.needsBos() && markers.bos().isEmpty()) {
      throw missing("beginning-of-text token", template);
    }
    String end = template.endOfTurn(markers);
    if (end.isEmpty()) {
      throw missing("end-of-text token", template);
    }
    this.endOfTurn =
        tokenizer.specialTokenId(end).orElseThrow(() -> missing("special token " + end, template));
  }

  /**
   * Returns the ids that ask for the next answer: what generation sends.
   *
   * @param messages ending in a turn that is not the assistant's
   * @throws LlmException if the template cannot write the messages
   */
  public int[] prompt(List<ChatMessage> messages) {
    Optional<String> problem = promptProblem(messages);
    if (problem.isPresent()) {
      throw new LlmException("Cannot write a %s prompt: %s".formatted(template, problem.get()));
    }
    return encodeSpans(template.renderPrompt(messages, markers).spans()).ids();
  }

  /** Returns the ids that ask for an answer to {@code task}. */
  public int[] prompt(Instruction task) {
    return prompt(template.question(task));
  }

  /**
   * Returns the conversation as one text: what {@code apply_chat_template} of transformers writes,
   * with the beginning of the next answer where the last turn is not the assistant's. A plain text
   * has no markup: control tokens that a message quotes read like the template's own here.
   *
   * @throws LlmException if the template cannot write the messages
   */
  public String text(List<ChatMessage> messages) {
    Optional<String> problem =
        messages.isEmpty() ? Optional.of("no messages") : template.problem(messages);
    if (problem.isPresent()) {
      throw new LlmException("Cannot write a %s text: %s".formatted(template, problem.get()));
    }
    boolean answered = isAnswer(messages.get(messages.size() - 1));
    Rendering rendering =
        answered ? template.render(messages, markers) : template.renderPrompt(messages, markers);
    return rendering.text();
  }

  /** Encodes an instruction row. */
  public EncodedExample encode(String id, Instruction task, String answer) {
    if (task.instruction().isBlank() && !task.hasInput()) {
      return rejected(RejectionReason.EMPTY_PROMPT, "instruction and input are blank");
    }
    List<ChatMessage> messages = new ArrayList<>(template.question(task));
    messages.add(new ChatMessage(Conversation.ASSISTANT, answer));
    return encode(id, messages);
  }

  /** Encodes a conversation; every turn of the assistant is trained. */
  public EncodedExample encode(String id, List<ChatMessage> messages) {
    if (messages.isEmpty()) {
      return rejected(RejectionReason.EMPTY_PROMPT, "no messages");
    }
    Optional<String> problem = template.problem(messages);
    if (problem.isPresent()) {
      return rejected(RejectionReason.INVALID_CONVERSATION, problem.get());
    }
    for (int i = 0; i < messages.size(); i++) {
      ChatMessage message = messages.get(i);
      if (isAnswer(message) && message.content().isBlank()) {
        return rejected(RejectionReason.EMPTY_ANSWER, "turn %d is blank".formatted(i + 1));
      }
      OptionalInt loneSurrogate = UnicodeText.loneSurrogate(message.content());
      if (loneSurrogate.isPresent()) {
        return rejected(
            RejectionReason.MALFORMED_TEXT,
            "turn %d has an unpaired surrogate at character %d"
                .formatted(i + 1, loneSurrogate.getAsInt()));
      }
    }
    if (messages.stream().noneMatch(PromptEncoder::isAnswer)) {
      return rejected(RejectionReason.MISSING_ANSWER, "no turn is the assistant's");
    }
    List<Rendering.Span> spans = template.render(messages, markers).spans();
    int lastAnswer =
        IntStream.range(0, spans.size()).filter(i -> spans.get(i).isAnswer()).max().orElseThrow();
    return limited(id, encodeSpans(spans.subList(0, lastAnswer + 1)));
  }

  private EncodedExample limited(String id, Encoded encoded) {
    int length = encoded.ids().length;
    int promptLength = 0;
    while (promptLength < length && encoded.labels()[promptLength] == NOT_TRAINED) {
      promptLength++;
    }
    if (promptLength >= maxLength) {
      return rejected(
          RejectionReason.PROMPT_TOO_LONG,
          "%d tokens before the first answer, maximum %d in all"
              .formatted(promptLength, maxLength));
    }
    if (length <= maxLength) {
      return new EncodedExample.Accepted(
          new TokenizedExample(id, encoded.ids(), encoded.labels()), /* isTruncated= */ false);
    }
    if (overlongPolicy == OverlongPolicy.QUARANTINE) {
      return rejected(
          RejectionReason.TOO_LONG, "%d tokens, maximum %d".formatted(length, maxLength));
    }
    return new EncodedExample.Accepted(
        new TokenizedExample(
            id,
            Arrays.copyOf(encoded.ids(), maxLength),
            Arrays.copyOf(encoded.labels(), maxLength)),
        /* isTruncated= */ true);
  }

  private Encoded encodeSpans(List<Rendering.Span> spans) {
    List<int[]> parts = new ArrayList<>(spans.size());
    int length = 0;
    for (Rendering.Span span : spans) {
      int[] part =
          span.isAnswer()
              ? tokenizer.encodeContinuation(span.pieces())
              : tokenizer.encode(span.pieces());
      parts.add(part);
      length += part.length + (span.isAnswer() ? 1 : 0);
    }
    int[] ids = new int[length];
    int[] labels = new int[length];
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      int[] part = parts.get(i);
      System.arraycopy(part, 0, ids, at, part.length);
      if (spans.get(i).isAnswer()) {
        ids[at + part.length] = endOfTurn;
        System.arraycopy(ids, at, labels, at, part.length + 1);
        at += part.length + 1;
      } else {
        Arrays.fill(labels, at, at + part.length, NOT_TRAINED);
        at += part.length;
      }
    }
    return new Encoded(ids, labels);
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Encoded(int[] ids, int[] labels) {}

  private Optional<String> promptProblem(List<ChatMessage> messages) {
    if (messages.isEmpty()) {
      return Optional.of("no messages");
    }
    if (isAnswer(messages.get(messages.size() - 1))) {
      return Optional.of("the last turn is the assistant's");
    }
    return template.problem(messages);
  }

  private static boolean isAnswer(ChatMessage message) {
    return message.role().equals(Conversation.ASSISTANT);
  }

  private static EncodedExample rejected(RejectionReason reason, String detail) {
    return new EncodedExample.Rejected(reason, detail);
  }

  private static LlmException missing(String what, ChatTemplate template) {
    return new LlmException(
        "Cannot use chat template %s: the tokenizer has no %s; force another template by name"
            .formatted(template, what));
  }

  private static Markers markers(Tokenizer tokenizer) {
    SpecialTokens special = tokenizer.specialTokens();
    return new Markers(
        text(tokenizer, special.bos()), text(tokenizer, special.eos()), special.startsWithBos());
  }

  private static String text(Tokenizer tokenizer, OptionalInt id) {
    return id.isPresent() ? tokenizer.decodeVerbatim(new int[] {id.getAsInt()}) : "";
  }
}
