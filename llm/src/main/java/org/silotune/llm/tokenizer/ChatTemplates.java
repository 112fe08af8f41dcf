package org.silotune.llm.tokenizer;

import java.util.List;
import java.util.Optional;
import org.silotune.llm.LlmException;

/** The closed set of templates, and what in its Jinja text tells each from the others. */
final class ChatTemplates {

  static final List<ChatTemplate> ALL =
      List.of(
          new Alpaca(),
          ChatMl.plain("chatml"),
          ChatMl.withDefaultSystem(
              "smollm2", "You are a helpful AI assistant named SmolLM, trained by Hugging Face"),
          ChatMl.withDefaultSystem("qwen2", "You are a helpful assistant."),
          ChatMl.withDefaultSystem(
              "qwen2.5", "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."),
          new Gemma(),
          new Llama2(),
          Llama3.first(),
          Llama3.withDates(),
          new Mistral(),
          new Qwen3());

  private ChatTemplates() {}

  static ChatTemplate detect(String origin, String jinja) {
    // A line break is one character in some templates and Jinja's \n in others.
    String text = jinja.replace("\\n", "\n");
    return nameOf(text)
        .map(ChatTemplate::byName)
        .orElseThrow(
            () ->
                new LlmException(
                    "Unrecognised chat template in %s, which begins \"%s\": force one by name, of %s"
                        .formatted(
                            origin, excerpt(jinja), String.join(", ", ChatTemplate.names()))));
  }

  private static Optional<String> nameOf(String jinja) {
    if (jinja.contains("<|im_start|>")) {
      return chatMl(jinja);
    }
    if (jinja.contains("<start_of_turn>") && jinja.contains("first_user_prefix")) {
      return Optional.of("gemma3");
    }
    if (jinja.contains("<|start_header_id|>") && jinja.contains("<|eot_id|>")) {
      return Optional.of(jinja.contains("Cutting Knowledge Date") ? "llama3.1" : "llama3");
    }
    if (jinja.contains("'[INST] '") && jinja.contains("<<SYS>>")) {
      return Optional.of("llama2");
    }
    if (jinja.contains("' [INST] '") && jinja.contains("loop.first and system_message")) {
      return Optional.of("mistral");
    }
    return Optional.empty();
  }

  private static Optional<String> chatMl(String jinja) {
    if (jinja.contains("<think>")) {
      boolean isQwen3 = jinja.contains("last_query_index") && jinja.contains("enable_thinking");
      return isQwen3 ? Optional.of("qwen3") : Optional.empty();
    }
    for (ChatTemplate template : ALL) {
      if (template instanceof ChatMl chatMl
          && chatMl.defaultSystem().filter(system -> writesSystem(jinja, system)).isPresent()) {
        return Optional.of(template.name());
      }
    }
    // Whatever else is written into a system turn is a default that is not known here.
    boolean writesOther = jinja.replace("system\n'", "").contains("<|im_start|>system\n");
    return writesOther ? Optional.empty() : Optional.of("chatml");
  }

  /** Exactly that system turn: nothing before or after it but markup or the end of a string. */
  private static boolean writesSystem(String jinja, String system) {
    for (String before : List.of("\n", "'", "\"")) {
      for (String after : List.of("<|im_end|>", "'", "\"")) {
        if (jinja.contains(before + system + after)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String excerpt(String jinja) {
    return jinja.substring(0, Math.min(jinja.length(), 60)).replace("\n", "\\n");
  }
}
