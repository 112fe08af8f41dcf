package org.silotune.udf.token;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.ChatTemplate;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.Tokenizer;
import org.silotune.llm.tokenizer.TokenizerLoader;

/**
 * The tokenizers of this JVM: each is loaded once and shared by all tasks until the process ends.
 *
 * <p>A closure holds paths and hashes, never a tokenizer; it asks here when it runs. Thread-safe.
 */
public final class ExecutorTokenizer {

  private static final Map<Key, LoadedTokenizer> RESIDENT = new ConcurrentHashMap<>();

  private ExecutorTokenizer() {}

  /**
   * Returns the tokenizer that the driver loaded from the same path.
   *
   * @param model a Hugging Face folder, its tokenizer.json, or a GGUF file, as this host sees it
   * @param template a chat template by name; none for the model's own
   * @param sha256 the driver's {@link org.silotune.llm.tokenizer.Tokenizer#sha256}
   * @throws LlmException if there is none at the path, or it is another one
   */
  public static LoadedTokenizer get(String model, Optional<String> template, String sha256) {
    LoadedTokenizer loaded =
        RESIDENT.computeIfAbsent(new Key(model, template, sha256), key -> load(model, template));
    String found = loaded.tokenizer().sha256();
    if (!found.equals(sha256)) {
      throw new LlmException(
          "Cannot use tokenizer %s on this host: it has sha256 %s, the driver's has %s; give every host the same model"
              .formatted(model, found, sha256));
    }
    return loaded;
  }

  /**
   * Returns the tokenizer of a model, loading it again after the file has changed.
   *
   * @param model a path, or the name of a model that is bundled or in the cache
   * @param template a chat template by name; none for the model's own
   * @throws LlmException if there is none
   */
  public static LoadedTokenizer get(String model, Optional<String> template) {
    String path = ModelPath.of(model).toString();
    return RESIDENT.computeIfAbsent(
        new Key(path, template, version(path)), key -> load(path, template));
  }

  /** Returns the tokenizer of a model for those who frame nothing, whatever template it brings. */
  public static Tokenizer plain(String model) {
    return get(model, Optional.of(ChatTemplate.ofBaseModel().name())).tokenizer();
  }

  private static LoadedTokenizer load(String model, Optional<String> template) {
    Path path = Path.of(model);
    return template
        .map(name -> TokenizerLoader.load(path, ChatTemplate.byName(name)))
        .orElseGet(() -> TokenizerLoader.load(path));
  }

  private static String version(String model) {
    try {
      Path file = TokenizerLoader.file(Path.of(model));
      return Files.size(file) + " bytes of " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return "unreadable"; // loading says why
    }
  }

  private record Key(String model, Optional<String> template, String version) {}
}
