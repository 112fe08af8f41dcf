package org.silotune.llm.script;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.Map;

/**
 * How glibc's {@code malloc} holds tensors in this process. By itself it raises the size from which
 * a block has pages of its own up to 32 MB as blocks are freed; an activation then lies in an arena
 * of 64 MB, which stays resident as long as any of its blocks is used. Here blocks of {@value
 * #OWN_PAGES} bytes and more always have pages of their own, which go back when they are freed.
 */
public final class NativeAllocator {

  /**
   * The bytes from which on a block has pages of its own: above the hidden states of a small
   * model's micro-batch, of which there are dozens, and not above its few wider activations (1024 x
   * 1536 values of bfloat16).
   */
  public static final int OWN_PAGES = 3 << 20;

  /** {@code M_MMAP_THRESHOLD} of {@code malloc.h}. */
  private static final int MMAP_THRESHOLD = -3;

  private NativeAllocator() {}

  /**
   * Sets the size, before tensors are made. Another C library than glibc has no such call and is
   * left alone, as is a size that the user chose.
   *
   * @return whether the size is set
   */
  static boolean settle() {
    return settle(System.getenv());
  }

  static boolean settle(Map<String, String> environment) {
    return Platform.isLinux() && !isChosen(environment) && call(MMAP_THRESHOLD, OWN_PAGES);
  }

  /** Whether the environment holds the user's own size, by either of glibc's names for it. */
  static boolean isChosen(Map<String, String> environment) {
    return environment.containsKey("MALLOC_MMAP_THRESHOLD_")
        || environment.getOrDefault("GLIBC_TUNABLES", "").contains("glibc.malloc.mmap_threshold");
  }

  private static boolean call(int parameter, int value) {
    try {
      var mallopt = NativeLibrary.getInstance("c").getFunction("mallopt");
      return mallopt.invokeInt(new Object[] {parameter, value}) == 1;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
