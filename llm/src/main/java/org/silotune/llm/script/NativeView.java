package org.silotune.llm.script;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.file.Path;

/**
 * A tensor's bytes seen as another element type, without a copy: {@code Tensor.view(dtype)}, which
 * neither the engine's bridge nor scripts offer. It goes through libtorch's stable C interface
 * ({@code torch/csrc/inductor/aoti_torch/c/shim.h}), whose handles are the bridge's: both point to
 * an {@code at::Tensor} that the bridge deletes.
 */
final class NativeView {

  private NativeView() {}

  /** Returns the handle of the view; the caller owns it. */
  static long of(long tensor, int elementType) {
    PointerByReference view = new PointerByReference();
    int failed = Holder.VIEW.invokeInt(new Object[] {new Pointer(tensor), elementType, view});
    if (failed != 0) {
      throw new IllegalStateException(
          "Cannot view a tensor as element type %d: libtorch's error %d"
              .formatted(elementType, failed));
    }
    return Pointer.nativeValue(view.getValue());
  }

  private static final class Holder {
    static final Function VIEW =
        NativeLibrary.getInstance(
                Path.of(LibUtils.getLibtorchPath(), System.mapLibraryName("torch_cpu")).toString())
            .getFunction("aoti_torch_cpu_view_dtype");
  }
}
