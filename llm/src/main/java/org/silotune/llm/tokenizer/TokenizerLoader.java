package org.silotune.llm.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.gguf.GgufFile;

/** Opens the tokenizer and the chat template of a model: a Hugging Face folder or a GGUF file. */
public final class TokenizerLoader {

  private TokenizerLoader() {}

  /**
   * Loads the tokenizer and recognises the chat template.
   *
   * @param model a Hugging Face folder, its tokenizer.json, or a GGUF file
   * @throws LlmException if there is no tokenizer, it is malformed, or its template is unknown
   */
  public static LoadedTokenizer load(Path model) {
    TokenizerSource source = read(model);
    ChatTemplate template =
        source
            .chatTemplate()
            .map(jinja -> ChatTemplate.detect(model.toString(), jinja))
            .orElseGet(ChatTemplate::ofBaseModel);
    return open(source, template);
  }

  /** Loads the tokenizer and uses {@code template}, whatever the model brings. */
  public static LoadedTokenizer load(Path model, ChatTemplate template) {
    return open(read(model), template);
  }

  private static TokenizerSource read(Path model) {
    if (Files.isDirectory(model)) {
      return HuggingFaceFolder.read(model.resolve(HuggingFaceFolder.TOKENIZER));
    }
    if (!Files.exists(model)) {
      throw new LlmException(
          "Missing model %s: give a Hugging Face folder, a tokenizer.json or a GGUF file"
              .formatted(model));
    }
    String name = String.valueOf(model.getFileName());
    if (name.endsWith(".json")) {
      return HuggingFaceFolder.read(model);
    }
    if (name.endsWith(".gguf")) {
      try (GgufFile file = GgufFile.open(model)) {
        return GgufTokenizer.read(model.toString(), file.metadata());
      }
    }
    throw new LlmException(
        "Cannot load a tokenizer from %s: neither a folder nor a tokenizer.json nor a GGUF file"
            .formatted(model));
  }

  private static LoadedTokenizer open(TokenizerSource source, ChatTemplate template) {
    return new LoadedTokenizer(new DjlTokenizer(source.json(), source.specialTokens()), template);
  }
}
