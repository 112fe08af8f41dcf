package org.silotune.prep;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk under the scheme {@code counting}, which knows how many files are open. */
public final class CountingFileSystem extends RawLocalFileSystem {

  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final AtomicInteger MOST = new AtomicInteger();

  /** Forgets what was open. */
  public static void reset() {
    OPEN.set(0);
    MOST.set(0);
  }

  /** Returns how many files are open. */
  public static int open() {
    return OPEN.get();
  }

  /** Returns how many have been open at once. */
  public static int mostOpen() {
    return MOST.get();
  }

  @Override
  public URI getUri() {
    return URI.create("counting:///");
  }

  @Override
  public String getScheme() {
    return "counting";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    return new Counted(super.open(file, bufferSize));
  }

  private static final class Counted extends FSDataInputStream {

    private boolean closed;

    Counted(FSDataInputStream in) {
      super(in.getWrappedStream());
      MOST.accumulateAndGet(OPEN.incrementAndGet(), Math::max);
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        OPEN.decrementAndGet();
      }
      super.close();
    }
  }
}
