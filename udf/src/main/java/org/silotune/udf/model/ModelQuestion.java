package org.silotune.udf.model;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.ChatTemplate;

/**
 * A model function with its options: what is computed, and by which model. Questions with equal
 * options are equal, by which a query computes them once.
 *
 * @param task what is computed
 * @param source by which model
 */
public record ModelQuestion(ModelTask task, ModelSource source) implements Serializable {

  /** Where a session names the model of calls that name none. */
  public static final String MODEL_KEY = "spark.silotune.model";

  /** Where a session names the adapter of calls that name none. */
  public static final String ADAPTER_KEY = "spark.silotune.adapter";

  private static final String MODEL = "model";
  private static final String ADAPTER = "adapter";

  /** The functions, by name. */
  private static final Map<String, Kind> KINDS =
      Map.of(
          GenerateTask.NAME, new Kind(GenerateTask.OPTIONS, GenerateTask::of),
          LogLikelihoodTask.NAME,
              new Kind(LogLikelihoodTask.OPTIONS, options -> new LogLikelihoodTask()),
          PerplexityTask.NAME, new Kind(PerplexityTask.OPTIONS, options -> new PerplexityTask()),
          EmbedTask.NAME, new Kind(EmbedTask.OPTIONS, options -> new EmbedTask()));

  private record Kind(Set<String> options, Function<CallOptions, ModelTask> reader) {}

  public ModelQuestion {
    requireNonNull(task, "task");
    requireNonNull(source, "source");
  }

  /** Returns the names of the functions, in the order of the documentation. */
  public static List<String> functions() {
    return List.of(GenerateTask.NAME, LogLikelihoodTask.NAME, PerplexityTask.NAME, EmbedTask.NAME);
  }

  /**
   * Reads the options of a call.
   *
   * @param options as the call gives them
   * @param setting the session's value of a key
   * @throws LlmException if an option is unknown or out of range, or files are not there
   */
  public static ModelQuestion of(
      String function, Map<String, String> options, Function<String, Optional<String>> setting) {
    Kind kind = KINDS.get(function);
    Set<String> known = new HashSet<>(kind.options());
    known.add(MODEL);
    known.add(ADAPTER);
    CallOptions read = new CallOptions(function, options, known);
    ModelTask task = kind.reader().apply(read);
    String model =
        read.text(MODEL)
            .or(() -> setting.apply(MODEL_KEY))
            .orElseThrow(
                () ->
                    new LlmException(
                        "Missing model of %s: give it in the options, as in map('model', 'tiny'), or set %s"
                            .formatted(function, MODEL_KEY)));
    Optional<String> adapter =
        read.text(ADAPTER)
            .or(() -> setting.apply(ADAPTER_KEY))
            .filter(given -> !given.equals("none"));
    Optional<String> template =
        read.text(GenerateTask.TEMPLATE).filter(name -> !name.equals(GenerateTask.NO_TEMPLATE));
    template.ifPresent(ChatTemplate::byName);
    return new ModelQuestion(task, ModelSource.find(model, adapter, template));
  }

  /** Returns what the driver's files are, which the executors' must be. */
  public ModelIdentity identity() {
    return ModelIdentity.of(source);
  }
}
