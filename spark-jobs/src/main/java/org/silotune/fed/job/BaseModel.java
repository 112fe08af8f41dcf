package org.silotune.fed.job;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.Optional;
import org.silotune.fed.client.ResidentModel;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.udf.token.ExecutorTokenizer;

/**
 * The base model of a run as a task sees it: where it lies on every host, and what it must be.
 * Loaded once a process, at first use.
 *
 * @param name what adapters call their base: a registered name, or the folder's or file's own
 * @param path a Hugging Face folder or GGUF file
 * @param cache the folder of converted weights
 * @param sha256 of the weights
 * @param options how the weights are held and computed with
 * @param tokenizerSha256 of the tokenizer
 * @param template the chat template by name, empty for the model's own
 */
public record BaseModel(
    String name,
    String path,
    String cache,
    String sha256,
    ModelOptions options,
    String tokenizerSha256,
    Optional<String> template) {

  public BaseModel {
    requireNonNull(name, "name");
    requireNonNull(template, "template");
  }

  /** Returns the model, resident in this process on the processor. */
  public DecoderModel resident() {
    return message().resident();
  }

  /** Returns the tokenizer and template, resident in this process. */
  public LoadedTokenizer tokenizer() {
    return ExecutorTokenizer.get(path, template, tokenizerSha256);
  }

  /** Returns the weights alone, in the form that local updates and scores take. */
  ResidentModel weights() {
    return new ResidentModel(name, path, cache, sha256, options);
  }

  /** Returns the form that travels to executors. */
  public Message message() {
    return new Message(weights(), tokenizerSha256, template.orElse(""));
  }

  /** The fields, in types that Java can serialise; {@code template} is empty for none. */
  public record Message(ResidentModel weights, String tokenizerSha256, String template)
      implements Serializable {

    /** Returns the model, resident in this process on the processor. */
    public DecoderModel resident() {
      return weights.resident();
    }

    /** Returns the model that was sent. */
    public BaseModel model() {
      return new BaseModel(
          weights.name(),
          weights.path(),
          weights.cache(),
          weights.sha256(),
          weights.options(),
          tokenizerSha256,
          Optional.of(template).filter(named -> !named.isEmpty()));
    }
  }
}
