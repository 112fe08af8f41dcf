package org.silotune.llm.script;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.ScriptCalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One call of a script method: its arguments, then one of the {@code to...} methods, which runs it.
 * The arguments' tensors stay open; what the call itself allocated is freed when it has run.
 */
public final class ScriptCall {

  private final long module;
  private final String method;
  private final List<IValue> arguments = new ArrayList<>();
  private final List<IValue> owned = new ArrayList<>();

  ScriptCall(long module, String method) {
    this.module = module;
    this.method = method;
  }

  /** Adds a {@code Tensor}. */
  public ScriptCall tensor(NativeTensor tensor) {
    return own(IValue.from(tensor.array()));
  }

  /** Adds a {@code List[Tensor]} that was built once. */
  public ScriptCall tensors(TensorList list) {
    arguments.add(list.value());
    return this;
  }

  /** Adds a {@code List[Tensor]} for this call only. */
  public ScriptCall tensors(List<NativeTensor> tensors) {
    TensorList list = TensorList.of(tensors);
    return own(list.value());
  }

  /** Adds an {@code int}. */
  public ScriptCall integer(long value) {
    return own(IValue.from(value));
  }

  /** Adds a {@code float}, which is a double in scripts. */
  public ScriptCall number(double value) {
    return own(IValue.from(value));
  }

  /** Adds a {@code List[int]}. */
  public ScriptCall integers(long... values) {
    return own(IValue.listFrom(values));
  }

  /** Adds a {@code List[float]}. */
  public ScriptCall numbers(double... values) {
    return own(IValue.listFrom(values));
  }

  /** Runs a method that returns a {@code Tensor}; the result belongs to {@code scope}. */
  public NativeTensor toTensor(NativeScope scope) {
    return new NativeTensor(toArray(scope.manager()));
  }

  /** Runs a method that returns a {@code List[Tensor]}; the results belong to {@code scope}. */
  public List<NativeTensor> toTensors(NativeScope scope) {
    try (IValue result = run()) {
      return Arrays.stream(result.toTensorArray(scope.manager())).map(NativeTensor::new).toList();
    }
  }

  PtNDArray toArray(PtNDManager manager) {
    try (IValue result = run()) {
      return result.toTensor(manager);
    }
  }

  /** Runs a method that returns a {@code float}. */
  public double toNumber() {
    try (IValue result = run()) {
      return result.toDouble();
    }
  }

  /** Runs a method for what it does to its arguments; its result is dropped. */
  public void toNothing() {
    run().close();
  }

  private ScriptCall own(IValue value) {
    owned.add(value);
    arguments.add(value);
    return this;
  }

  private IValue run() {
    try {
      ComputeThread.requireEntered();
      ExitGate.enter();
      try {
        return ScriptCalls.call(
            module, method, arguments.stream().mapToLong(IValue::getHandle).toArray());
      } finally {
        ExitGate.leave();
      }
    } catch (EngineException e) {
      throw NativeMemoryException.translated(e);
    } finally {
      owned.forEach(IValue::close);
    }
  }
}
