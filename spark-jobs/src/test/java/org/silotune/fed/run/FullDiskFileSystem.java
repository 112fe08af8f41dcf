package org.silotune.fed.run;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk under the scheme {@code fulldisk}, with room for so many more bytes. */
public final class FullDiskFileSystem extends RawLocalFileSystem {

  /** Bytes that can still be written. */
  public static final AtomicLong ROOM = new AtomicLong(Long.MAX_VALUE);

  @Override
  public URI getUri() {
    return URI.create("fulldisk:///");
  }

  @Override
  public String getScheme() {
    return "fulldisk";
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    return limited(super.create(file, overwrite, bufferSize, replication, blockSize, progress));
  }

  private static FSDataOutputStream limited(FSDataOutputStream out) {
    return new FSDataOutputStream(new Limited(out), (FileSystem.Statistics) null);
  }

  /** Fails like a disk that is full, part of the way through a write. */
  private static final class Limited extends OutputStream {

    private final FSDataOutputStream out;

    Limited(FSDataOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      long room = ROOM.getAndAdd(-length);
      if (room < length) {
        out.write(bytes, offset, (int) Math.max(0, room));
        throw new IOException("No space left on device");
      }
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
