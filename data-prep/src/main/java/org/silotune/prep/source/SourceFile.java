package org.silotune.prep.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.shard.HadoopSettings;

/**
 * One file of a source.
 *
 * @param uri where it is
 * @param name its path below the source's place, which is what tables and messages show
 * @param byteCount its size on disk
 */
record SourceFile(String uri, String name, long byteCount) implements Serializable {

  /** Returns the glob that matches the file alone: Spark takes every path for one. */
  String pattern() {
    return uri.replaceAll("[{}\\[\\]*?\\\\]", "\\\\$0");
  }

  /** Returns whether reading can start anywhere: plain text can, a compressed stream cannot. */
  boolean isSplittable() {
    return codec() == null;
  }

  /** Opens the uncompressed bytes at an offset, which must be 0 in a compressed file. */
  ByteScanner open(long offset) throws IOException {
    Path path = new Path(uri);
    FSDataInputStream in = path.getFileSystem(configuration()).open(path);
    CompressionCodec codec = codec();
    if (codec == null) {
      in.seek(offset);
      return new ByteScanner(in, offset);
    }
    try {
      InputStream uncompressed = codec.createInputStream(in);
      return new ByteScanner(uncompressed, 0);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private @Nullable CompressionCodec codec() {
    return new CompressionCodecFactory(configuration()).getCodec(new Path(uri));
  }

  private static Configuration configuration() {
    return HadoopSettings.ofThisProcess();
  }
}
