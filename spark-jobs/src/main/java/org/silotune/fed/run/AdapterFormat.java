package org.silotune.fed.run;

import java.io.IOException;
import java.nio.file.Path;
import org.silotune.llm.tensor.NamedTensors;

/**
 * How an adapter becomes a folder and back: the seam to the checkpoint formats of the model
 * runtime. The same adapter gives the same bytes, and reading gives the bits that were written.
 */
public interface AdapterFormat {

  /** Writes the adapter's files into an existing empty folder. */
  void write(NamedTensors adapter, Path folder) throws IOException;

  /** Reads what {@link #write} wrote. */
  NamedTensors read(Path folder) throws IOException;
}
