package org.silotune.prep.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.llm.LlmException;
import org.silotune.llm.hub.FetchProgress;
import org.silotune.llm.hub.ModelCache;
import org.silotune.llm.hub.StandInSite;
import org.silotune.llm.hub.WebFetcher;
import org.silotune.prep.PreparationException;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.source.SourceConfig;

/** Data sets fetched from a web site on this machine. */
final class DatasetHubTest {

  private static final String ROW = "{\"instruction\":\"Say hello.\",\"output\":\"Hello.\"}\n";

  /** {@code printf} of the row through {@code sha256sum}. */
  private static final String ROW_SHA256 =
      "20a57fce468b9cf2aab39fb1166f8e2ad8d7acb72f9cf08086586904fc3d95ee";

  private static final String OTHER = "{\"instruction\":\"Say bye.\",\"output\":\"Bye.\"}\n";

  @TempDir Path temp;
  private ModelCache cache;
  private StandInSite site;
  private final List<String> lines = new ArrayList<>();
  private final FetchProgress progress =
      new FetchProgress() {
        @Override
        public void line(String text) {
          lines.add(text);
        }

        @Override
        public void bytes(String what, long done, long total) {}
      };

  @BeforeEach
  void openSite() throws IOException {
    cache = new ModelCache(temp.resolve("cache"));
    site = new StandInSite().serve("/v1/rows.jsonl", bytes(ROW));
  }

  @AfterEach
  void closeSite() {
    site.close();
  }

  @Test
  void fetchedOnceAndItsSumIsRecorded() throws IOException {
    var dataset = rows(Optional.empty());

    var folder = hub(dataset).fetch(dataset, progress);

    assertThat(folder).isEqualTo(cache.datasets().resolve("rows"));
    assertThat(folder.resolve("rows.jsonl")).hasContent(ROW);
    assertThat(cache.datasets().resolve("rows.sha256")).hasContent(ROW_SHA256 + "  rows.jsonl\n");
    assertThat(lines)
        .containsExactly(
            "No questions asked",
            "Fetching data set rows (MIT) into " + cache.root(),
            "Fetching " + site.address("/v1/rows.jsonl"),
            "Data set rows is complete");
    assertThat(hub(dataset).fetch(dataset, progress)).isEqualTo(folder);
    assertThat(hub(dataset).cached(dataset)).hasValue(folder);
    assertThat(site.requests()).hasSize(1);
    assertThat(cache.datasets().resolve(".fetch-rows")).doesNotExist();
  }

  @Test
  void filesOtherThanThePinnedAreRefusedAndLeaveNothing() {
    var pinned = "0".repeat(64);
    var dataset = rows(Optional.of(pinned));

    assertThatThrownBy(() -> hub(dataset).fetch(dataset, progress))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot use data set rows: sha256 of rows.jsonl is %s, expected %s; fetch it again, and look at %s if it stays so",
            ROW_SHA256, pinned, site.address("/v1/rows.jsonl"));
    assertThat(hub(dataset).cached(dataset)).isEmpty();
    assertThat(cache.datasets().resolve(".fetch-rows")).doesNotExist();
    assertThat(cache.datasets().resolve("rows.sha256")).doesNotExist();
    var right = rows(Optional.of(ROW_SHA256));
    assertThat(hub(right).fetch(right, progress)).isDirectory();
  }

  @Test
  void whatIsFetchedAgainMustBeTheSame() throws IOException {
    var dataset = rows(Optional.empty());
    var folder = hub(dataset).fetch(dataset, progress);
    assertThat(hub(dataset).remove(dataset, progress)).isEqualTo(ROW.length());
    assertThat(folder).doesNotExist();
    site.serve("/v1/rows.jsonl", bytes(OTHER));

    var record = cache.datasets().resolve("rows.sha256");
    assertThatThrownBy(() -> hub(dataset).fetch(dataset, progress))
        .isInstanceOf(PreparationException.class)
        .hasMessageStartingWith("Cannot use data set rows: sha256 of rows.jsonl is ")
        .hasMessageEndingWith(
            ", at the first download it was %s; look at %s, and delete %s if the change is meant",
            ROW_SHA256, site.address("/v1/rows.jsonl"), record);
    assertThat(folder).doesNotExist();

    Files.delete(record);
    assertThat(hub(dataset).fetch(dataset, progress).resolve("rows.jsonl")).hasContent(OTHER);
  }

  @Test
  void changedAndMissingFilesAreFoundByCheck() throws IOException {
    var dataset = rows(Optional.empty());
    assertThatThrownBy(() -> hub(dataset).check(dataset, progress))
        .hasMessage(
            "Missing data set rows in %s; fetch it with: silotune datasets fetch rows, or name a folder that holds it with --data",
            cache.root());
    var file = hub(dataset).fetch(dataset, progress).resolve("rows.jsonl");
    assertThat(hub(dataset).check(dataset, progress)).containsExactly(entry(ROW_SHA256));

    Files.writeString(file, OTHER);
    assertThatThrownBy(() -> hub(dataset).check(dataset, progress))
        .isInstanceOf(PreparationException.class)
        .hasMessageStartingWith("Invalid file %s: sha256 is ", file)
        .hasMessageEndingWith(", expected %s; remove data set rows and fetch it again", ROW_SHA256);

    Files.delete(cache.datasets().resolve("rows.sha256"));
    assertThatThrownBy(() -> hub(dataset).check(dataset, progress))
        .hasMessage(
            "Missing %s: nothing says what data set rows was; remove it and fetch it again",
            cache.datasets().resolve("rows.sha256"));
  }

  @Test
  void dataSetThatLacksAFileIsFetchedAnew() throws IOException {
    var dataset = rows(Optional.empty());
    var folder = hub(dataset).fetch(dataset, progress);
    Files.delete(folder.resolve("rows.jsonl"));
    Files.writeString(folder.resolve("stray"), "x");

    assertThat(hub(dataset).cached(dataset)).isEmpty();
    assertThat(hub(dataset).fetch(dataset, progress)).isEqualTo(folder);
    assertThat(folder).isDirectoryNotContaining("glob:**stray");
    assertThat(folder.resolve("rows.jsonl")).hasContent(ROW);
  }

  @Test
  void archiveIsUnpackedByItsGlobAndItsFilesAreChecked() throws IOException {
    site.serve("/v1/go.zip", zip("go/final/train/go_0.jsonl", ROW, "go/licences.pkl", "pickled"));
    var dataset = archive();

    var folder = hub(dataset).fetch(dataset, progress);

    assertThat(folder.resolve("go/final/train/go_0.jsonl")).hasContent(ROW);
    assertThat(folder.resolve("go/licences.pkl")).doesNotExist();
    assertThat(folder.resolve("go.zip")).doesNotExist();
    assertThat(hub(dataset).cached(dataset)).hasValue(folder);
    assertThat(hub(dataset).check(dataset, progress))
        .containsOnlyKeys("go/final/train/go_0.jsonl")
        .containsValue(ROW_SHA256);
  }

  @Test
  void archivesThatAreNoneOrHoldOtherThingsOrReachOutAreRefused() throws IOException {
    var dataset = archive();
    site.serve("/v1/go.zip", bytes("no archive"));
    assertThatThrownBy(() -> hub(dataset).fetch(dataset, progress))
        .isInstanceOf(PreparationException.class)
        .hasMessageStartingWith("Cannot unpack go.zip: ");
    site.serve("/v1/go.zip", zip("go/licences.pkl", "pickled"));
    assertThatThrownBy(() -> hub(dataset).fetch(dataset, progress))
        .hasMessage(
            "Cannot unpack go.zip: no entry matches go/**/*.jsonl; it is not the archive this version knows");
    site.serve("/v1/go.zip", zip("go/../../../../../out.jsonl", ROW));
    assertThatThrownBy(() -> hub(dataset).fetch(dataset, progress))
        .hasMessage(
            "Cannot unpack go.zip: its entry go/../../../../../out.jsonl lies outside of it");
    assertThat(hub(dataset).cached(dataset)).isEmpty();
    assertThat(cache.datasets().resolve(".fetch-archive")).doesNotExist();
  }

  @Test
  void missingFileOfTheSiteLeavesNothing() {
    site.close();
    var dataset = rows(Optional.empty());
    assertThatThrownBy(() -> hub(dataset).fetch(dataset, progress))
        .isInstanceOf(LlmException.class)
        .hasMessageStartingWith("Cannot fetch %s: ", site.address("/v1/rows.jsonl"));
    assertThat(hub(dataset).cached(dataset)).isEmpty();
    assertThat(cache.datasets().resolve(".fetch-rows")).doesNotExist();
  }

  @Test
  void cacheThatCannotBeWrittenSaysWhy() throws IOException {
    var obstacle = Files.createDirectories(cache.root()).resolve("datasets");
    Files.writeString(obstacle, "a file");
    var dataset = rows(Optional.empty());

    assertThatThrownBy(() -> hub(dataset).fetch(dataset, progress))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot fetch data set rows into %s: %s is in the way; make it writable or set SILOTUNE_CACHE",
            cache.root(), obstacle);
  }

  @Test
  void placeOfANamedSourceIsTheCacheUnlessAnotherIsNamed() {
    var dataset = rows(Optional.empty());
    var hub = hub(dataset);
    var own = dataset.source().withPath(temp);
    assertThat(hub.placed(own)).isEqualTo(own);
    assertThat(hub.placed(SourceConfig.defaults())).isEqualTo(SourceConfig.defaults());
    assertThatThrownBy(() -> hub.placed(dataset.source()))
        .isInstanceOf(PreparationException.class)
        .hasMessageStartingWith("Missing data set rows in ");
    assertThatThrownBy(() -> hub.placed(SourceConfig.defaults().withDataset("row")))
        .isInstanceOf(PreparationException.class)
        .hasMessage("Unknown data set row (did you mean rows?): known are rows");

    var folder = hub.fetch(dataset, progress);
    assertThat(hub.placed(dataset.source())).isEqualTo(dataset.source().withPath(folder));
  }

  private DatasetHub hub(NamedDataset dataset) {
    return new DatasetHub(
        new DatasetRegistry(List.of(dataset)),
        cache,
        new WebFetcher(Duration.ofSeconds(5), Duration.ZERO));
  }

  private NamedDataset rows(Optional<String> sha256) {
    return dataset(
        "rows", new DatasetDownload(site.address("/v1/rows.jsonl"), sha256, Optional.empty()));
  }

  private NamedDataset archive() {
    return dataset(
        "archive",
        new DatasetDownload(
            site.address("/v1/go.zip"), Optional.empty(), Optional.of("go/**/*.jsonl")));
  }

  private static NamedDataset dataset(String name, DatasetDownload download) {
    return new NamedDataset(
        name,
        "a stand-in",
        "MIT",
        Optional.of("No questions asked"),
        List.of("*.jsonl"),
        ColumnMapping.defaults(),
        Optional.empty(),
        List.of(download));
  }

  private static java.util.Map.Entry<String, String> entry(String sha256) {
    return java.util.Map.entry("rows.jsonl", sha256);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] zip(String... namesAndTexts) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
        zip.write(bytes(namesAndTexts[i + 1]));
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
