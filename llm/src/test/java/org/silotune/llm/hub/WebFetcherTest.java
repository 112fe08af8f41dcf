package org.silotune.llm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;

final class WebFetcherTest {

  private final WebFetcher fetcher = new WebFetcher(Duration.ofSeconds(5), Duration.ZERO);
  private final RecordedProgress progress = new RecordedProgress();
  private final byte[] content = content(300_000);

  @TempDir Path folder;
  private StandInSite site;

  @BeforeEach
  void openSite() throws IOException {
    site = new StandInSite().serve("/a/rows.jsonl", content);
  }

  @AfterEach
  void closeSite() {
    site.close();
  }

  @Test
  void fileComesWholeWithItsHash() {
    assertThat(fetch("/a/rows.jsonl")).isEqualTo(StandInWheels.sha256(content));
    assertThat(folder.resolve("rows.jsonl")).hasBinaryContent(content);
  }

  @Test
  void movedFileIsFollowed() {
    assertThat(fetch("/moved/a/rows.jsonl")).isEqualTo(StandInWheels.sha256(content));
  }

  @Test
  void brokenConnectionIsTakenUpWhereItBroke() {
    site.breakConnections(4, 70_000);

    assertThat(fetch("/a/rows.jsonl")).isEqualTo(StandInWheels.sha256(content));
    assertThat(folder.resolve("rows.jsonl")).hasBinaryContent(content);
    assertThat(site.requests())
        .hasSize(5)
        .startsWith("/a/rows.jsonl")
        .last()
        .asString()
        .startsWith("/a/rows.jsonl from ");
    assertThat(progress.lines)
        .hasSize(4)
        .allMatch(line -> line.startsWith("The download of rows.jsonl broke off ("));
  }

  @Test
  void serverThatKnowsNoPartsIsAskedForTheWholeAgain() {
    site.withoutRanges();
    site.breakConnections(2, 70_000);

    assertThat(fetch("/a/rows.jsonl")).isEqualTo(StandInWheels.sha256(content));
    assertThat(folder.resolve("rows.jsonl")).hasBinaryContent(content);
    assertThat(site.requests()).containsOnly("/a/rows.jsonl").hasSize(3);
  }

  @Test
  void fileThatChangesMeanwhileIsNeverMixed() {
    byte[] other = content(200_000);
    site.breakConnections(1, 70_000);
    FetchProgress changing =
        new FetchProgress() {
          @Override
          public void line(String text) {
            site.serve("/a/rows.jsonl", other);
          }

          @Override
          public void bytes(String what, long done, long total) {}
        };

    var target = folder.resolve("rows.jsonl");
    assertThat(fetcher.fetch(site.address("/a/rows.jsonl"), target, changing))
        .isEqualTo(StandInWheels.sha256(other));
    assertThat(target).hasBinaryContent(other);
  }

  @Test
  void serverThatNeverGivesAByteIsLeft() {
    site.breakConnections(100, 0);

    assertThatThrownBy(() -> fetch("/a/rows.jsonl"))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot fetch %s: 0 of 300000 bytes came; look at the network and the proxy (-Dhttps.proxyHost=HOST in SILOTUNE_JAVA_OPTS)",
            site.address("/a/rows.jsonl"));
    assertThat(site.requests()).hasSize(3);
  }

  @Test
  void serversRefusalIsQuotedAndNotRepeated() {
    assertThatThrownBy(() -> fetch("/b/rows.jsonl"))
        .isInstanceOf(LlmException.class)
        .hasMessage(
            "Cannot fetch %s: the server answers 404 Not Found", site.address("/b/rows.jsonl"));
    assertThat(site.requests()).hasSize(1);
  }

  @Test
  void hostThatIsNotThereIsSaidWithWhatToLookAt() {
    site.close();
    assertThatThrownBy(() -> fetch("/a/rows.jsonl"))
        .isInstanceOf(LlmException.class)
        .hasMessageContaining("Connection refused")
        .hasMessageEndingWith(
            "; look at the network and the proxy (-Dhttps.proxyHost=HOST in SILOTUNE_JAVA_OPTS)");
    var unknown = URI.create("http://no-such-host.invalid/rows.jsonl");
    assertThatThrownBy(() -> fetcher.fetch(unknown, folder.resolve("rows.jsonl"), progress))
        .hasMessageStartingWith("Cannot fetch %s: unknown host no-such-host.invalid;", unknown);
  }

  private String fetch(String path) {
    return fetcher.fetch(site.address(path), folder.resolve("rows.jsonl"), progress);
  }

  private static byte[] content(int bytes) {
    var content = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      content[i] = (byte) (i * 31 + i / 251);
    }
    return content;
  }
}
