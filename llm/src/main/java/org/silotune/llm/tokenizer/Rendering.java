package org.silotune.llm.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A conversation as the model reads it: stretches of context and of answer, in order.
 *
 * @param spans never empty ones
 */
record Rendering(List<Span> spans) {

  /**
   * A stretch that is encoded by itself.
   *
   * @param pieces what is written
   * @param endOfTurn the control token that ends an answer; absent for context
   */
  record Span(List<TextPiece> pieces, Optional<String> endOfTurn) {
    Span {
      pieces = List.copyOf(pieces);
    }

    boolean isAnswer() {
      return endOfTurn.isPresent();
    }
  }

  Rendering {
    spans = List.copyOf(spans);
  }

  /** Returns the whole text: what {@code apply_chat_template} gives before it tokenises. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Span span : spans) {
      span.pieces().forEach(piece -> text.append(piece.text()));
      span.endOfTurn().ifPresent(text::append);
    }
    return text.toString();
  }

  /** Collects what a template writes. */
  static final class Writer {

    private final List<Span> spans = new ArrayList<>();
    private final List<TextPiece> context = new ArrayList<>();

    /** Writes text of the template itself. */
    Writer markup(String text) {
      if (!text.isEmpty()) {
        context.add(TextPiece.markup(text));
      }
      return this;
    }

    /** Quotes a message. */
    Writer content(String text) {
      if (!text.isEmpty()) {
        context.add(TextPiece.content(text));
      }
      return this;
    }

    /** Quotes an answer and ends the turn. */
    Writer answer(String content, String endOfTurn) {
      return answer(List.of(TextPiece.content(content)), endOfTurn);
    }

    /** Quotes an answer, with the markup that the model is to write as well, and ends the turn. */
    Writer answer(List<TextPiece> pieces, String endOfTurn) {
      closeContext();
      spans.add(
          new Span(
              pieces.stream().filter(piece -> !piece.text().isEmpty()).toList(),
              Optional.of(endOfTurn)));
      return this;
    }

    Rendering rendering() {
      closeContext();
      return new Rendering(spans);
    }

    private void closeContext() {
      if (!context.isEmpty()) {
        spans.add(new Span(context, Optional.empty()));
        context.clear();
      }
    }
  }
}
