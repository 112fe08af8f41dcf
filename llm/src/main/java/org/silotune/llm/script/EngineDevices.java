package org.silotune.llm.script;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.silotune.llm.LlmException;

/**
 * What the engine of a process can compute on.
 *
 * @param library whether its libtorch is one for GPUs
 * @param seesGpu whether that one finds a driver and at least one device
 * @param refusal why a GPU that is to hold a tensor does not take it; empty where it does
 */
public record EngineDevices(
    boolean library, boolean seesGpu, Function<TensorDevice.Gpu, Optional<String>> refusal) {

  private static final String CUDA_LIBRARY = System.mapLibraryName("torch_cuda");

  public EngineDevices {
    requireNonNull(refusal, "refusal");
  }

  /** Loads the engine of this process and returns what it can compute on. */
  public static EngineDevices ofThisProcess() {
    boolean seesGpu = NativeEngine.get().hasCapability("CUDA");
    boolean library = Files.exists(Path.of(LibUtils.getLibtorchPath(), CUDA_LIBRARY));
    return new EngineDevices(library, seesGpu, EngineDevices::tried);
  }

  /** Returns whether tensors can lie on the device. */
  public boolean holds(TensorDevice device) {
    return missing(device).isEmpty();
  }

  /**
   * Checks that tensors can lie on the device.
   *
   * @throws LlmException that says what to install or set
   */
  public void require(TensorDevice device) {
    missing(device)
        .ifPresent(
            reason -> {
              throw new LlmException(
                  "Cannot compute on %s: %s; or set device: cpu".formatted(device.label(), reason));
            });
  }

  /** Returns the engine's name of a device. */
  static Device engineDevice(TensorDevice device) {
    return device instanceof TensorDevice.Gpu gpu ? Device.gpu(gpu.ordinal()) : Device.cpu();
  }

  private Optional<String> missing(TensorDevice device) {
    if (!(device instanceof TensorDevice.Gpu gpu)) {
      return Optional.empty();
    }
    if (!library) {
      return Optional.of(
          "this libtorch is built for the processor; unpack libtorch %1$s for CUDA 12.8 and set PYTORCH_LIBRARY_PATH to its lib folder, PYTORCH_VERSION to %1$s and PYTORCH_FLAVOR to cu128"
              .formatted(NativeEngine.TORCH_VERSION));
    }
    if (!seesGpu) {
      return Optional.of(
          "libtorch finds no CUDA device; install NVIDIA's driver for CUDA 12.8 and look at CUDA_VISIBLE_DEVICES");
    }
    return refusal
        .apply(gpu)
        .map(said -> "libtorch refuses it (%s); look at CUDA_VISIBLE_DEVICES".formatted(said));
  }

  /** Allocates a value there. */
  private static Optional<String> tried(TensorDevice.Gpu gpu) {
    try (var manager = (PtNDManager) NativeEngine.get().newBaseManager(engineDevice(gpu))) {
      JniUtils.createEmptyNdArray(
              manager, new Shape(1), DataType.FLOAT32, engineDevice(gpu), SparseFormat.DENSE)
          .close();
      return Optional.empty();
    } catch (EngineException e) {
      return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason"));
    }
  }
}
