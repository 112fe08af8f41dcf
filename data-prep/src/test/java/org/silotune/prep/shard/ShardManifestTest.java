package org.silotune.prep.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.silotune.prep.PreparationException;

final class ShardManifestTest {

  private static final ShardManifest MANIFEST =
      Shards.manifest(
          List.of(
              new SiloCounts(
                  "a",
                  new ShardCounts(2, 9, 4, 1, "00"),
                  ShardCounts.EMPTY,
                  ShardCounts.EMPTY,
                  1)));

  @Test
  void jsonHasTheDocumentedKeysAndReadsBack() {
    String json = MANIFEST.toJson();

    assertThat(json)
        .contains(
            "\"schema-version\" : 1",
            "\"tokenizer-sha256\" : \"aa11\"",
            "\"template\" : \"chatml\"",
            "\"max-length\" : 512",
            "\"seed\" : 7",
            "\"rows-in\" : 5",
            "\"rows-out\" : 2",
            "\"malformed-json\" : 3",
            "\"example-count\" : 2",
            "\"truncated-count\" : 1",
            "\"quarantined-count\" : 1",
            "\"content-sha256\" : ");
    assertThat(ShardManifest.fromJson("m.json", json)).isEqualTo(MANIFEST);
  }

  @Test
  void shardOfAnotherTokenizerIsRefusedWithBothHashes() {
    assertThatThrownBy(() -> MANIFEST.requireMadeFor("/data", "bb22", "chatml"))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot use prepared data /data: made for tokenizer aa11, the model has tokenizer bb22; prepare the data for this model");
  }

  @Test
  void dataOfAnotherTemplateIsRefusedWithBothNames() {
    assertThatThrownBy(() -> MANIFEST.requireMadeFor("/data", "aa11", "alpaca"))
        .hasMessage(
            "Cannot use prepared data /data: made with template chatml, the model uses template alpaca; prepare the data for it, or ask for template chatml (data.template in an experiment, --template in a command)");
  }

  @Test
  void otherSchemaVersionIsRefused() {
    assertThatThrownBy(() -> ShardManifest.fromJson("m.json", "{\"schema-version\": 2}"))
        .hasMessage(
            "Cannot read manifest m.json: schema version 2, this version reads 1; prepare the data again");
    assertThatThrownBy(() -> ShardManifest.fromJson("m.json", "{}"))
        .hasMessage(
            "Cannot read manifest m.json: schema version is missing, this version reads 1; prepare the data again");
  }

  @Test
  void unknownAndMissingKeysAreRefused() {
    String json = MANIFEST.toJson();
    assertThatThrownBy(
            () -> ShardManifest.fromJson("m.json", json.replaceFirst("\\{", "{\"colour\": 1,")))
        .hasMessageStartingWith("Cannot read manifest m.json: Unrecognized field \"colour\"");
    assertThatThrownBy(() -> ShardManifest.fromJson("m.json", "{\"schema-version\": 1}"))
        .hasMessageStartingWith("Cannot read manifest m.json: ");
  }

  @Test
  void countsThatDoNotAddUpAreABug() {
    assertThatThrownBy(
            () ->
                new ShardManifest(
                    1,
                    "a",
                    "t",
                    1,
                    1,
                    MANIFEST.preparation(),
                    4,
                    2,
                    MANIFEST.quarantined(),
                    List.of(),
                    List.of(),
                    LengthQuantiles.UNKNOWN,
                    ""))
        .hasMessage("Invalid manifest: 4 rows in against 2 out and 3 in quarantine");
  }
}
