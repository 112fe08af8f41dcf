package org.silotune.llm.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import org.silotune.llm.LlmException;
import org.silotune.llm.checkpoint.gguf.GgufFile;
import org.silotune.llm.checkpoint.source.ModelFiles;

/** Opens the tokenizer and the chat template of a model on this machine. */
public final class TokenizerLoader {

  private static final String JSON = ".json";

  private TokenizerLoader() {}

  /**
   * Loads the tokenizer and recognises the chat template.
   *
   * @param model a path as {@link #file} takes it
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

  /**
   * Returns the file that a model's tokenizer is read from: a tokenizer.json or a GGUF file.
   *
   * @param model a model's path as {@link ModelFiles} knows them, a folder with a tokenizer.json,
   *     or a tokenizer.json
   * @throws LlmException if the path is none of these
   */
  public static Path file(Path model) {
    if (model.toString().endsWith(JSON) && !Files.isDirectory(model)) {
      return model;
    }
    Path inFolder = model.resolve(HuggingFaceFolder.TOKENIZER);
    if (Files.isRegularFile(inFolder)) {
      return inFolder; // needs no weights beside it
    }
    ModelFiles files = ModelFiles.find(model);
    return files.isGguf()
        ? files.weights()
        : files.config().resolveSibling(HuggingFaceFolder.TOKENIZER);
  }

  private static TokenizerSource read(Path model) {
    Path file = file(model);
    if (file.toString().endsWith(JSON)) {
      return HuggingFaceFolder.read(file);
    }
    try (GgufFile gguf = GgufFile.open(file)) {
      return GgufTokenizer.read(file.toString(), gguf.metadata());
    }
  }

  private static LoadedTokenizer open(TokenizerSource source, ChatTemplate template) {
    return new LoadedTokenizer(new DjlTokenizer(source.json(), source.specialTokens()), template);
  }
}
