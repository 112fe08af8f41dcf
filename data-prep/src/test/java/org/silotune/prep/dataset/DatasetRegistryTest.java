package org.silotune.prep.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.silotune.prep.PreparationException;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.Iid;

final class DatasetRegistryTest {

  private final DatasetRegistry registry = DatasetRegistry.standard();

  @Test
  void sixDataSetsAreKnown() {
    assertThat(registry.names())
        .containsExactly(
            "alpaca", "alpaca-cleaned", "dolly-15k", "gsm8k", "rosetta-alpaca", "code-search-net");
    assertThatThrownBy(() -> registry.named("alpaca_cleaned"))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Unknown data set alpaca_cleaned (did you mean alpaca-cleaned?): known are alpaca, alpaca-cleaned, dolly-15k, gsm8k, rosetta-alpaca, code-search-net");
  }

  @Test
  void columnsAreExactlyThese() {
    assertThat(columns("alpaca")).isEqualTo(ColumnMapping.defaults());
    assertThat(columns("alpaca-cleaned")).isEqualTo(ColumnMapping.defaults());
    assertThat(columns("dolly-15k"))
        .isEqualTo(ColumnMapping.defaults().withInstruction("instruction", "context", "response"));
    assertThat(columns("gsm8k"))
        .isEqualTo(ColumnMapping.defaults().withInstruction("question", "input", "answer"));
    assertThat(columns("rosetta-alpaca").used())
        .hasToString("{category=input, input=input, instruction=instruction, output=output}");
    assertThat(columns("code-search-net").used())
        .hasToString("{category=language, input=language, instruction=docstring, output=code}");
  }

  @Test
  void silosAreExactlyThese() {
    assertThat(registry.named("alpaca").silos()).isEqualTo(new Iid(3));
    assertThat(registry.named("alpaca-cleaned").silos()).isEqualTo(new Iid(3));
    assertThat(registry.named("dolly-15k").silos()).isEqualTo(new ByColumn("category"));
    assertThat(registry.named("gsm8k").silos()).isEqualTo(new Iid(3));
    assertThat(registry.named("rosetta-alpaca").silos()).isEqualTo(new ByColumn("input"));
    assertThat(registry.named("code-search-net").silos()).isEqualTo(new ByColumn("language"));
  }

  @Test
  void addressesAreOfOneVersionAndEncrypted() {
    for (var dataset : registry.datasets()) {
      assertThat(dataset.downloads()).as(dataset.name()).isNotEmpty();
      assertThat(dataset.downloads())
          .as(dataset.name())
          .allSatisfy(
              download -> {
                assertThat(download.address()).hasScheme("https").hasNoQuery();
                assertThat(download.address().getPath()).containsPattern("/[0-9a-f]{40}/");
                assertThat(download.file()).matches("[a-z_0-9-]+\\.(jsonl?|zip)");
                assertThat(download.file().endsWith(".zip"))
                    .isEqualTo(download.unpack().isPresent());
              })
          .extracting(DatasetDownload::file)
          .doesNotHaveDuplicates();
    }
    assertThat(registry.named("gsm8k").downloads())
        .extracting(download -> download.sha256().orElseThrow().substring(0, 8))
        .containsExactly("17f347dc", "3730d312");
  }

  private ColumnMapping columns(String name) {
    return registry.named(name).columns();
  }
}
