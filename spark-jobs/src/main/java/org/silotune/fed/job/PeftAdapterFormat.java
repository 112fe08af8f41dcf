package org.silotune.fed.job;

import java.nio.file.Path;
import org.silotune.fed.run.AdapterFormat;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.adapter.LoraConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Adapters as Hugging Face PEFT folders.
 *
 * @param lora what is adapted
 * @param model the base model
 */
record PeftAdapterFormat(LoraConfig lora, DecoderModel model) implements AdapterFormat {

  @Override
  public void write(NamedTensors adapter, Path folder) {
    AdapterCheckpoint.write(folder, new Adapter(lora, adapter), model);
  }

  @Override
  public NamedTensors read(Path folder) {
    var checkpoint = AdapterCheckpoint.read(folder);
    checkpoint.requireBase(model);
    return checkpoint.adapter().parameters();
  }
}
