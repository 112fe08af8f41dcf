package org.silotune.fed.job;

import java.nio.file.Path;
import java.util.Optional;
import org.silotune.fed.InvalidExperimentException;
import org.silotune.llm.checkpoint.source.BaseModelSource;
import org.silotune.llm.hub.FetchPolicy;
import org.silotune.llm.hub.ModelHub;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.model.ModelOptions;
import org.silotune.llm.tokenizer.ChatTemplate;
import org.silotune.llm.tokenizer.TokenizerLoader;
import org.silotune.prep.job.PrepareConfig;

/** Opens the base model that a job names: fetched where needed, converted where needed, loaded. */
public final class LoadedBase {

  private final BaseModel model;
  private final Path path;
  private final String templateName;
  private final DecoderModel decoder;

  private LoadedBase(BaseModel model, Path path, String templateName, DecoderModel decoder) {
    this.model = model;
    this.path = path;
    this.templateName = templateName;
    this.decoder = decoder;
  }

  /** Opens the model of an experiment. */
  public static LoadedBase open(
      ModelHub hub, FetchPolicy policy, ExperimentConfig config, JobListener listener) {
    return open(
        hub, policy, config.model(), config.precision(), config.data().template(), listener);
  }

  /**
   * Opens a model in float32.
   *
   * @param nameOrPath a registered name, a Hugging Face folder or a GGUF file
   * @param template a chat template by name, or {@code auto}
   */
  public static LoadedBase open(
      ModelHub hub, FetchPolicy policy, String nameOrPath, String template, JobListener listener) {
    return open(hub, policy, nameOrPath, ModelOptions.float32(), template, listener);
  }

  /**
   * Opens a model.
   *
   * @param nameOrPath a registered name, a Hugging Face folder or a GGUF file
   * @param options how its weights are held and computed with
   * @param template a chat template by name, or {@code auto}
   */
  public static LoadedBase open(
      ModelHub hub,
      FetchPolicy policy,
      String nameOrPath,
      ModelOptions options,
      String template,
      JobListener listener) {
    var location = hub.obtain(nameOrPath, policy, listener.fetching());
    var cache = hub.cache().root();
    Optional<String> named =
        Optional.of(template).filter(name -> !name.equals(PrepareConfig.AUTO_TEMPLATE));
    String sha256;
    try (var source =
        BaseModelSource.open(location.path(), cache, options.base(), listener.converting())) {
      sha256 = source.sha256();
    }
    var name = hub.registry().find(nameOrPath).isPresent() ? nameOrPath : fileName(location.path());
    try (var loaded =
        named.isPresent()
            ? TokenizerLoader.load(location.path(), ChatTemplate.byName(named.get()))
            : TokenizerLoader.load(location.path())) {
      var model =
          new BaseModel(
              name,
              location.path().toString(),
              cache.toString(),
              sha256,
              options,
              loaded.tokenizer().sha256(),
              named);
      return new LoadedBase(model, location.path(), loaded.template().name(), model.resident());
    }
  }

  /** Returns the model as tasks see it. */
  public BaseModel model() {
    return model;
  }

  /** Returns where it lies. */
  public Path path() {
    return path;
  }

  /** Returns the name of the chat template that is used. */
  public String templateName() {
    return templateName;
  }

  /** Returns the model, resident in this process. */
  public DecoderModel decoder() {
    return decoder;
  }

  /** Checks that examples of this length fit the model. */
  void requireContext(int maxLength) {
    int context = decoder.config().contextLength();
    if (maxLength > context) {
      throw new InvalidExperimentException(
          "Invalid max-length %d: the context of %s is %d tokens; set data.max-length to at most %d"
              .formatted(maxLength, model.name(), context, context));
    }
  }

  private static String fileName(Path path) {
    return String.valueOf(path.getFileName());
  }
}
