package org.silotune.llm.hub;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.LlmException;

/**
 * Fetches files from web addresses with Java's own HTTP, so that the proxy and the certificates
 * given to the process apply. Where a connection breaks the download goes on from the next byte, if
 * the server can do that and the file is still the same, and begins anew otherwise.
 */
public final class WebFetcher {

  private static final int MOST_VAIN_TRIES = 3;
  private static final long LEAST_BYTES_TOLD = 10_000_000; // less comes while one reads the line

  private final Duration patience;
  private final Duration pause;

  /** A fetcher that takes a minute of silence for a broken connection. */
  public WebFetcher() {
    this(Duration.ofMinutes(1), Duration.ofSeconds(2));
  }

  /**
   * A fetcher.
   *
   * @param patience longest wait for a connection and for the next bytes
   * @param pause after a broken connection
   */
  public WebFetcher(Duration patience, Duration pause) {
    this.patience = patience;
    this.pause = pause;
  }

  /**
   * Downloads a file.
   *
   * @param address of http or https
   * @param target written, in a folder that is there; half a file where this throws
   * @return its sha256, in lower-case hex
   * @throws LlmException where it cannot be had
   */
  public String fetch(URI address, Path target, FetchProgress progress) {
    try (var file = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var download = new Download(address, target, file, progress);
      int vain = 0;
      while (true) {
        long before = download.count();
        try {
          download.goOn();
          file.force(true);
          return download.hash.hex();
        } catch (IOException e) {
          vain = download.count() > before ? 0 : vain + 1;
          if (vain == MOST_VAIN_TRIES) {
            throw e;
          }
          progress.line(
              "The download of %s broke off (%s), trying again"
                  .formatted(target.getFileName(), reason(e)));
          pause(address);
        }
      }
    } catch (IOException e) {
      throw new LlmException(
          "Cannot fetch %s: %s; look at the network and the proxy (-Dhttps.proxyHost=HOST in SILOTUNE_JAVA_OPTS)"
              .formatted(address, reason(e)),
          e);
    }
  }

  /** A host that is not known is only named by the JDK. */
  private static String reason(IOException e) {
    return e instanceof java.net.UnknownHostException
        ? "unknown host " + e.getMessage()
        : LlmException.reason(e);
  }

  private void pause(URI address) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LlmException("Cannot fetch %s: interrupted".formatted(address), e);
    }
  }

  /** A file of which a part is there. */
  private final class Download {

    private final URI address;
    private final Path target;
    private final FileChannel file;
    private final FetchProgress progress;
    private Sha256 hash = new Sha256();
    private @Nullable String version; // what the server calls the bytes that we have

    Download(URI address, Path target, FileChannel file, FetchProgress progress) {
      this.address = address;
      this.target = target;
      this.file = file;
      this.progress = progress;
    }

    long count() {
      return hash.count();
    }

    /** Asks for the bytes that are missing and writes them. */
    void goOn() throws IOException {
      var connection = (HttpURLConnection) address.toURL().openConnection();
      connection.setConnectTimeout((int) patience.toMillis());
      connection.setReadTimeout((int) patience.toMillis());
      connection.setRequestProperty("User-Agent", "silotune");
      if (count() > 0 && version != null) {
        connection.setRequestProperty("Range", "bytes=%d-".formatted(count()));
        connection.setRequestProperty("If-Range", version);
      }
      try {
        if (!isRest(connection)) {
          file.truncate(0);
          file.position(0);
          hash = new Sha256();
        }
        version = connection.getHeaderField("ETag");
        write(connection);
      } finally {
        connection.disconnect();
      }
    }

    /** Returns whether the bytes that are missing come, not the whole file. */
    private boolean isRest(HttpURLConnection connection) throws IOException {
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_OK) {
        return false;
      }
      if (status != HttpURLConnection.HTTP_PARTIAL) {
        throw new LlmException(
            "Cannot fetch %s: the server answers %d %s"
                .formatted(address, status, connection.getResponseMessage()));
      }
      var range = String.valueOf(connection.getHeaderField("Content-Range"));
      if (!range.startsWith("bytes %d-".formatted(count()))) {
        throw new IOException("the server sends %s, not from %d on".formatted(range, count()));
      }
      return true;
    }

    private void write(HttpURLConnection connection) throws IOException {
      long left = connection.getContentLengthLong();
      long total = left < 0 ? -1 : count() + left;
      var lack = DiskRoom.lack(Math.max(left, 0), target.toAbsolutePath().getParent());
      if (lack.isPresent()) {
        throw new LlmException("Cannot fetch %s: %s".formatted(address, lack.get()));
      }
      var name = target.getFileName().toString();
      try (var in = connection.getInputStream()) {
        hash.copy(
            in,
            Channels.newOutputStream(file),
            done -> {
              if (total >= LEAST_BYTES_TOLD) {
                progress.bytes(name, done, total);
              }
            });
      }
      if (count() < total) { // Java takes a lost connection for the end
        throw new IOException("%d of %d bytes came".formatted(count(), total));
      }
    }
  }
}
