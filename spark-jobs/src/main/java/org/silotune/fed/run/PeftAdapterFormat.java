package org.silotune.fed.run;

import java.nio.file.Path;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterCheckpoint;
import org.silotune.llm.adapter.AdapterConfig;
import org.silotune.llm.model.DecoderModel;
import org.silotune.llm.tensor.NamedTensors;

/** Adapters as Hugging Face PEFT folders of one base model. */
public final class PeftAdapterFormat implements AdapterFormat {

  private final DecoderModel model;
  private final AdapterConfig config;

  /** The format of one kind of adapter of one base model. */
  public PeftAdapterFormat(DecoderModel model, AdapterConfig config) {
    this.model = model;
    this.config = config;
  }

  @Override
  public void write(NamedTensors adapter, Path folder) {
    AdapterCheckpoint.write(folder, new Adapter(config, adapter), model);
  }

  @Override
  public NamedTensors read(Path folder) {
    AdapterCheckpoint checkpoint = AdapterCheckpoint.read(folder);
    checkpoint.requireBase(model);
    return checkpoint.adapter().parameters();
  }
}
