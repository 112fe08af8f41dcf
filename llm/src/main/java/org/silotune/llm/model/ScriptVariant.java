package org.silotune.llm.model;

import java.util.List;

/**
 * What the text of a model's script depends on, beside the model.
 *
 * @param adapted modules of a layer that carry a low-rank adapter, in the architecture's order
 * @param dropout whether their inputs are masked
 */
record ScriptVariant(List<String> adapted, boolean dropout) {

  static final ScriptVariant PLAIN = new ScriptVariant(List.of(), false);

  ScriptVariant {
    adapted = List.copyOf(adapted);
  }
}
