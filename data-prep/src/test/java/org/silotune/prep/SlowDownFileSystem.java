package org.silotune.prep;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * The local disk under the scheme {@code slow-down}, of a busy storage: it says nothing of a folder
 * called {@code _delta_log}, or of one called {@code metadata} in a folder called {@code iceberg}.
 */
public final class SlowDownFileSystem extends RawLocalFileSystem {

  @Override
  public URI getUri() {
    return URI.create("slow-down:///");
  }

  @Override
  public String getScheme() {
    return "slow-down";
  }

  @Override
  public boolean exists(Path path) throws IOException {
    requireAnswer(path);
    return super.exists(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    requireAnswer(path);
    return super.getFileStatus(path);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    requireAnswer(path);
    return super.listStatus(path);
  }

  private static void requireAnswer(Path path) throws IOException {
    boolean isIceberg = path.getParent() != null && path.getParent().getName().equals("iceberg");
    if (path.getName().equals(isIceberg ? "metadata" : "_delta_log")) {
      throw new IOException("503 Slow Down");
    }
  }
}
