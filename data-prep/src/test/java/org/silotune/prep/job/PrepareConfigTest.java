package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.prep.PreparationException;
import org.silotune.prep.source.ColumnMapping;
import org.silotune.prep.source.SourceConfig;
import org.silotune.prep.source.SourceFormat;
import org.silotune.prep.split.ByColumn;
import org.silotune.prep.split.Dirichlet;
import org.silotune.prep.split.HoldoutConfig;
import org.silotune.prep.split.Iid;
import org.silotune.prep.stage.StagesConfig;

final class PrepareConfigTest {

  @Test
  void defaultsAreExactlyThese() {
    assertThat(PrepareConfig.defaults())
        .isEqualTo(
            new PrepareConfig(
                SourceConfig.defaults(),
                new ByColumn("silo"),
                StagesConfig.defaults(),
                new HoldoutConfig(0.1, 0.1),
                0,
                "auto",
                512,
                OverlongPolicy.TRUNCATE,
                Optional.empty(),
                Optional.empty()));
    assertThat(SourceConfig.defaults())
        .isEqualTo(
            new SourceConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                SourceFormat.AUTO,
                ColumnMapping.defaults()));
    assertThat(ColumnMapping.defaults())
        .isEqualTo(
            new ColumnMapping(
                "instruction", "input", "output", Optional.empty(), "category", Optional.empty()));
    assertThat(HoldoutConfig.defaults()).isEqualTo(new HoldoutConfig(0.1, 0.1));
    assertThat(Iid.defaults()).isEqualTo(new Iid(3));
    assertThat(Dirichlet.defaults()).isEqualTo(new Dirichlet(3, 0.5));
    assertThat(ByColumn.defaults()).isEqualTo(new ByColumn("silo"));
  }

  @Test
  void keysAreExactlyThese() {
    assertThat(keys(PrepareConfig.class))
        .containsExactly(
            "source",
            "silos",
            "stages",
            "holdout",
            "seed",
            "template",
            "max-length",
            "overlong",
            "incremental",
            "sink");
    assertThat(keys(SinkConfig.class)).containsExactly("table", "format");
    assertThat(keys(IncrementalConfig.class)).containsExactly("high-water");
    assertThat(keys(SourceConfig.class))
        .containsExactly("dataset", "path", "uri", "table", "files", "format", "columns");
    assertThat(keys(ColumnMapping.class))
        .containsExactly("instruction", "input", "output", "messages", "category", "id");
    assertThat(keys(HoldoutConfig.class)).containsExactly("validation", "test");
    assertThat(keys(ByColumn.class)).containsExactly("column");
    assertThat(keys(Iid.class)).containsExactly("count");
    assertThat(keys(Dirichlet.class)).containsExactly("count", "alpha");
    assertThat(List.of(ByColumn.NAME, Iid.NAME, Dirichlet.NAME))
        .containsExactly("column", "iid", "dirichlet");
  }

  @Test
  void withersChangeOneThing() {
    PrepareConfig config =
        PrepareConfig.defaults()
            .withSource(SourceConfig.defaults().withPath(Path.of("/data")).withFiles("a.jsonl"))
            .withSilos(new Iid(3))
            .withSeed(9)
            .withTemplate("alpaca")
            .withMaxLength(64, OverlongPolicy.QUARANTINE)
            .withHoldout(new HoldoutConfig(0, 0.5));

    assertThat(config)
        .isEqualTo(
            new PrepareConfig(
                new SourceConfig(
                    Optional.empty(),
                    Optional.of(Path.of("/data")),
                    Optional.empty(),
                    Optional.empty(),
                    List.of("a.jsonl"),
                    SourceFormat.AUTO,
                    ColumnMapping.defaults()),
                new Iid(3),
                StagesConfig.defaults(),
                new HoldoutConfig(0, 0.5),
                9,
                "alpaca",
                64,
                OverlongPolicy.QUARANTINE,
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void maximumLengthOutOfRangeIsNamed() {
    PrepareConfig config = PrepareConfig.defaults();
    assertThatThrownBy(() -> config.withMaxLength(1, OverlongPolicy.TRUNCATE))
        .isInstanceOf(PreparationException.class)
        .hasMessage("Invalid max-length 1: must be >= 2");
  }

  private static Stream<String> keys(Class<?> record) {
    return Stream.of(record.getRecordComponents())
        .map(RecordComponent::getName)
        .map(name -> name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT));
  }
}
