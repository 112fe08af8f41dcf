package org.silotune.llm.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A web site on this machine that serves files, and breaks connections when told to. */
public final class StandInSite implements AutoCloseable {

  private final HttpServer server;
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger breaks = new AtomicInteger();
  private volatile int bytesBeforeBreak;
  private volatile boolean ranges = true;

  /** Opens the site, empty. */
  public StandInSite() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.createContext("/moved/", StandInSite::redirect);
    server.start();
  }

  /** Serves a file under a path such as {@code /a/b.json}. */
  public StandInSite serve(String path, byte[] content) {
    files.put(path, content.clone());
    return this;
  }

  /** Returns the address of a path. */
  public URI address(String path) {
    return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
  }

  /** Breaks the next connections after so many bytes of each. */
  void breakConnections(int count, int afterBytes) {
    breaks.set(count);
    bytesBeforeBreak = afterBytes;
  }

  /** Serves whole files alone from now on. */
  void withoutRanges() {
    ranges = false;
  }

  /** Returns the requests so far, {@code path} or {@code path from N}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    byte[] content = files.get(path);
    if (content == null) {
      requests.add(path);
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
      return;
    }
    var version = '"' + StandInWheels.sha256(content) + '"';
    int from =
        version.equals(exchange.getRequestHeaders().getFirst("If-Range")) ? from(exchange) : 0;
    requests.add(from > 0 ? "%s from %d".formatted(path, from) : path);
    exchange.getResponseHeaders().add("ETag", version);
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    boolean isBroken = breaks.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
    int to = isBroken ? Math.min(from + bytesBeforeBreak, content.length) : content.length;
    exchange.getResponseBody().write(Arrays.copyOfRange(content, from, to));
    exchange.getResponseBody().flush();
    exchange.close();
  }

  private int from(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))
        .filter(range -> ranges)
        .map(range -> Integer.parseInt(range.replaceAll("\\D", "")))
        .orElse(0);
  }

  private static void redirect(HttpExchange exchange) throws IOException {
    var target = exchange.getRequestURI().getPath().substring("/moved".length());
    exchange.getResponseHeaders().add("Location", target);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }
}
