package org.silotune.prep.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.URI;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.io.input.BoundedInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.shard.HadoopSettings;

/**
 * One file of a source, as it was when it was listed: what it grows by later is not read.
 *
 * @param uri where it is
 * @param name its path below the source's place, which is what tables and messages show
 * @param byteCount its size on disk then
 * @param isGrowing whether it was being written to: then a last record that has not ended may be a
 *     part of one, and is left out
 */
record SourceFile(String uri, String name, long byteCount, boolean isGrowing)
    implements Serializable {

  /** A file that nobody is known to write to. */
  SourceFile(String uri, String name, long byteCount) {
    this(uri, name, byteCount, /* isGrowing= */ false);
  }

  /** Returns the file of a URI whose characters are escaped, as Spark has it, however long. */
  static SourceFile ofEncodedUri(String encoded) {
    String uri = new Path(URI.create(encoded)).toString();
    return new SourceFile(uri, uri, Long.MAX_VALUE);
  }

  /** Returns the file as one that is being written to. */
  SourceFile growing() {
    return new SourceFile(uri, name, byteCount, /* isGrowing= */ true);
  }

  /** Returns whether the file is longer now than when it was listed. */
  boolean hasGrown() {
    Path path = new Path(uri);
    try {
      return byteCount < Long.MAX_VALUE
          && path.getFileSystem(configuration()).getFileStatus(path).getLen() > byteCount;
    } catch (IOException e) {
      throw StorageFailure.ofFile(this, e);
    }
  }

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
      return new ByteScanner(bounded(in, byteCount - offset), offset);
    }
    try {
      InputStream uncompressed = codec.createInputStream(bounded(in, byteCount));
      return new ByteScanner(uncompressed, 0);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream bounded(InputStream in, long bytes) throws IOException {
    return BoundedInputStream.builder().setInputStream(in).setMaxCount(Math.max(0, bytes)).get();
  }

  /** Returns the sha256 of the bytes as they are stored, in lower-case hex. */
  String sha256() {
    Path path = new Path(uri);
    try (InputStream in = bounded(path.getFileSystem(configuration()).open(path), byteCount)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw StorageFailure.ofFile(this, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private @Nullable CompressionCodec codec() {
    return new CompressionCodecFactory(configuration()).getCodec(new Path(uri));
  }

  private static Configuration configuration() {
    return HadoopSettings.ofThisProcess();
  }
}
