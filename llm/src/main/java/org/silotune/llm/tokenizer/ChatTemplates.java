package org.silotune.llm.tokenizer;

import java.util.List;
import org.silotune.llm.LlmException;

/** The closed set of templates, and how the Jinja text of each is told from the others. */
final class ChatTemplates {

  private static final String SMOLLM2_SYSTEM =
      "You are a helpful AI assistant named SmolLM, trained by Hugging Face";
  private static final String QWEN2_SYSTEM = "You are a helpful assistant.";
  private static final String QWEN25_SYSTEM =
      "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.";

  static final List<ChatTemplate> ALL =
      List.of(
          new Alpaca(),
          ChatMl.plain("chatml"),
          ChatMl.withDefaultSystem("smollm2", SMOLLM2_SYSTEM),
          ChatMl.withDefaultSystem("qwen2", QWEN2_SYSTEM),
          ChatMl.withDefaultSystem("qwen2.5", QWEN25_SYSTEM),
          new Gemma(),
          new Llama2(),
          new Llama3(),
          new Mistral());

  private ChatTemplates() {}

  static ChatTemplate detect(String origin, String jinja) {
    return ChatTemplate.byName(nameOf(origin, jinja));
  }

  private static String nameOf(String origin, String jinja) {
    if (jinja.contains("<|im_start|>")) {
      if (jinja.contains(SMOLLM2_SYSTEM)) {
        return "smollm2";
      }
      if (jinja.contains(QWEN25_SYSTEM)) {
        return "qwen2.5";
      }
      if (jinja.contains("system\\n" + QWEN2_SYSTEM + "<|im_end|>")
          || jinja.contains("system\n" + QWEN2_SYSTEM + "<|im_end|>")) {
        return "qwen2";
      }
      if (!jinja.contains("<think>") && !jinja.contains("<|im_start|>system")) {
        return "chatml";
      }
    } else if (jinja.contains("<start_of_turn>") && jinja.contains("first_user_prefix")) {
      return "gemma3";
    } else if (jinja.contains("<|start_header_id|>") && !jinja.contains("Cutting Knowledge")) {
      return "llama3";
    } else if (jinja.contains("[INST]") && jinja.contains("<<SYS>>")) {
      return "llama2";
    } else if (jinja.contains("' [INST] '")) {
      return "mistral";
    }
    throw new LlmException(
        "Unrecognised chat template in %s (%s...): force one of %s by name"
            .formatted(origin, excerpt(jinja), String.join(", ", ChatTemplate.names())));
  }

  private static String excerpt(String jinja) {
    return jinja.substring(0, Math.min(jinja.length(), 60)).replace("\n", "\\n");
  }
}
