package org.silotune.llm.checkpoint;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * What the kernel is told about mapped pages: {@code madvise(2)}, on Linux. Advice never changes
 * what is read, only when it is in memory.
 */
final class PageAdvice {

  /** {@code MADV_WILLNEED}: read ahead into the page cache. */
  private static final int COMING = 3;

  /** {@code MADV_DONTNEED}: take out of this process; a clean file page is read again if used. */
  private static final int DONE = 4;

  private PageAdvice() {}

  static boolean isKnown() {
    return Platform.isLinux();
  }

  static void coming(ByteBuffer mapped) {
    advise(mapped, COMING);
  }

  static void done(ByteBuffer mapped) {
    advise(mapped, DONE);
  }

  /** Advises on the pages that hold any byte of the buffer, all of which are its mapping's own. */
  private static void advise(ByteBuffer mapped, int advice) {
    long start = Pointer.nativeValue(Native.getDirectBufferPointer(mapped));
    long first = start - start % Kernel.PAGE_BYTES;
    try {
      Kernel.ADVISE.invokeInt(
          new Object[] {new Pointer(first), start - first + mapped.capacity(), advice});
    } catch (LastErrorException e) {
      throw new IllegalStateException(
          "Cannot advise the kernel on %d mapped bytes: error %d"
              .formatted(mapped.capacity(), e.getErrorCode()),
          e);
    }
  }

  private static final class Kernel {
    private static final NativeLibrary C = NativeLibrary.getInstance("c");
    static final Function ADVISE = C.getFunction("madvise", Function.THROW_LAST_ERROR);
    static final int PAGE_BYTES = C.getFunction("getpagesize").invokeInt(new Object[0]);
  }
}
