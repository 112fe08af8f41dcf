package org.silotune.llm.script;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How glibc's {@code malloc} holds the tensors of this process: it has one answer at a time, which
 * all work of the process shares. By itself glibc raises the size from which a block has pages of
 * its own up to 32 MB as blocks are freed, and tells nobody. A size that the user chose stays, as
 * does another allocator.
 */
public final class NativeAllocator {

  /** What becomes of a large block's memory when the block is freed. */
  public enum Freed {
    /**
     * Blocks from {@value #OWN_PAGES} bytes on have pages of their own, which go back at once: the
     * least memory. A block's pages are cleared by the kernel before each use.
     */
    RETURNED(OWN_PAGES, 128 << 10),

    /**
     * Blocks below glibc's largest size, 32 MiB, lie in arenas and are used again as they are: the
     * fastest. An arena stays as long as any of its blocks is used.
     */
    REUSED(32 << 20, 64 << 20);

    private final int ownPages;
    private final int trim;

    Freed(int ownPages, int trim) {
      this.ownPages = ownPages;
      this.trim = trim;
    }
  }

  /**
   * The bytes from which on a block has pages of its own where they are {@linkplain Freed#RETURNED
   * returned}: above the hidden states of a small model's micro-batch, of which there are dozens,
   * and not above its few wider activations.
   */
  public static final int OWN_PAGES = 3 << 20;

  /** What of the environment says that somebody else has set, or is, the allocator. */
  private static final Pattern OTHERS =
      Pattern.compile("glibc\\.malloc\\.(mmap|trim)_threshold|jemalloc|tcmalloc|mimalloc");

  /** {@code M_TRIM_THRESHOLD} of {@code malloc.h}. */
  private static final int TRIM_THRESHOLD = -1;

  /** {@code M_MMAP_THRESHOLD} of {@code malloc.h}. */
  private static final int MMAP_THRESHOLD = -3;

  /** How many {@linkplain #hold hold} {@link Freed#REUSED}. */
  private static int reusing;

  private NativeAllocator() {}

  /** What a fine-tune asks of the allocator, until it is closed. */
  public static final class Hold implements AutoCloseable {

    private final Freed freed;
    private boolean isClosed;

    private Hold(Freed freed) {
      this.freed = freed;
    }

    /** Ends it, and gives what lies free in arenas back to the system. */
    @Override
    public void close() {
      end(this);
    }
  }

  /**
   * Says what is to become of large blocks while work lasts whose tensors are freed before the hold
   * is closed: {@link Freed#REUSED} as long as anybody holds it, {@link Freed#RETURNED} otherwise.
   * Blocks that are there keep their pages, and a new one goes where an arena has room before it
   * has pages of its own. Nothing is set where {@link #foreign} says why.
   *
   * <p>Threads that come after one another have arenas of their own, and what one leaves free in
   * its arena the next does not use. So without the end of a hold a process of many fine-tunes
   * holds the peak of one in every arena.
   */
  public static synchronized Hold hold(Freed freed) {
    if (freed == Freed.REUSED) {
      reusing++;
    }
    var unused = settle();
    return new Hold(freed);
  }

  private static synchronized void end(Hold hold) {
    if (hold.isClosed) {
      return;
    }
    hold.isClosed = true;
    if (hold.freed == Freed.REUSED) {
      reusing--;
    }
    if (settle()) {
      // It answers whether there was anything to give back.
      var unused = function("malloc_trim").map(f -> f.invokeInt(new Object[] {0L}));
    }
  }

  /**
   * Sets what becomes of large blocks by what is held.
   *
   * @return whether it is set: not where {@link #foreign} says why
   */
  static synchronized boolean settle() {
    Freed freed = reusing > 0 ? Freed.REUSED : Freed.RETURNED;
    return foreign(System.getenv()).isEmpty()
        && call(MMAP_THRESHOLD, freed.ownPages)
        && call(TRIM_THRESHOLD, freed.trim);
  }

  /**
   * Returns why the allocator of a process on a system like this one is not SiloTune's to set; none
   * where it is.
   *
   * @param environment the process' variables
   */
  public static Optional<String> foreign(Map<String, String> environment) {
    if (function("mallopt").isEmpty()) {
      return Optional.of("the C library is not glibc");
    }
    for (String name : List.of("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")) {
      if (environment.containsKey(name)) {
        return Optional.of(name + " is set");
      }
    }
    for (String name : List.of("GLIBC_TUNABLES", "LD_PRELOAD")) {
      String value = environment.getOrDefault(name, "");
      if (OTHERS.matcher(value).find()) {
        return Optional.of("%s is %s".formatted(name, value));
      }
    }
    return Optional.empty();
  }

  private static boolean call(int parameter, int value) {
    return function("mallopt")
        .map(f -> f.invokeInt(new Object[] {parameter, value}) == 1)
        .orElse(false);
  }

  private static Optional<Function> function(String name) {
    if (!Platform.isLinux()) {
      return Optional.empty();
    }
    try {
      return Optional.of(NativeLibrary.getInstance("c").getFunction(name));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }
}
