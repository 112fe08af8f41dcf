package org.silotune.fed.client;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.silotune.llm.tensor.NamedTensors;

/**
 * Named tensors in the form that crosses a process border: for each its name, its shape and its
 * values as raw bytes. Deserialised only from the run's own processes.
 */
public final class TensorMessage implements Serializable {

  private static final long serialVersionUID = 1L;

  private transient NamedTensors tensors;

  private TensorMessage(NamedTensors tensors) {
    this.tensors = tensors;
  }

  /** Returns a message of {@code tensors}, which nobody writes to any more. */
  public static TensorMessage of(NamedTensors tensors) {
    return new TensorMessage(tensors);
  }

  /** Returns the tensors: the same to all who ask, and not to be written to. */
  public NamedTensors tensors() {
    return tensors;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.writeInt(tensors.names().size());
    for (String name : tensors.names()) {
      out.writeObject(name);
      TensorBytes.write(tensors.shape(name), out);
      TensorBytes.write(tensors.values(name), out);
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    NamedTensors.Builder read = NamedTensors.builder();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      read.put((String) in.readObject(), TensorBytes.readLongs(in), TensorBytes.readFloats(in));
    }
    tensors = read.build();
  }
}
