package org.silotune.eval.job;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.silotune.fed.client.SettingsMessage;
import org.silotune.fed.client.TensorMessage;
import org.silotune.fed.job.BaseModel;
import org.silotune.fed.spark.ExecutorSettings;
import org.silotune.llm.adapter.Adapter;
import org.silotune.llm.adapter.AdapterConfig;

/**
 * Which model executors ask, in types that Java can serialise.
 *
 * @param base the base model
 * @param config the adapter's shape, null where there is none
 * @param parameters the adapter's tensors, null where there is none
 * @param executor what the asking processes must be
 * @param seed of all draws
 */
record AskSettings(
    BaseModel.Message base,
    @Nullable SettingsMessage<AdapterConfig> config,
    @Nullable Broadcast<TensorMessage> parameters,
    ExecutorSettings executor,
    long seed)
    implements Serializable {

  /** Returns the adapter, where there is one. */
  Optional<Adapter> adapter() {
    return config == null || parameters == null
        ? Optional.empty()
        : Optional.of(new Adapter(config.settings(), parameters.value().tensors()));
  }
}
