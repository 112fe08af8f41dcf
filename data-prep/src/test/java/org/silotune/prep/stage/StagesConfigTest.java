package org.silotune.prep.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.silotune.prep.PreparationException;

final class StagesConfigTest {

  private static final OptionalInt NO_COUNT = OptionalInt.empty();
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void theDefaultsAreExactlyThese() {
    assertThat(StagesConfig.defaults())
        .isEqualTo(
            new StagesConfig(
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty()));
    assertThat(LanguageFilter.defaults()).isEqualTo(new LanguageFilter(List.of("eng"), 5));
    assertThat(QualityFilter.defaults())
        .isEqualTo(
            new QualityFilter(
                QualityFilter.Part.ROW,
                NO_COUNT,
                NO_COUNT,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NO_COUNT,
                NONE,
                NONE));
    assertThat(Redaction.defaults()).isEqualTo(new Redaction(Map.of()));
    assertThat(NearDuplicates.defaults()).isEqualTo(new NearDuplicates(0.8, 5));
    assertThat(Contamination.defaults())
        .isEqualTo(new Contamination(List.of(), List.of(), 13, 0, Contamination.Action.DROP));
  }

  @Test
  void theKeysAreExactlyThese() {
    assertThat(components(StagesConfig.class))
        .containsExactly(
            "normalise",
            "language",
            "quality",
            "redact",
            "exactDuplicates",
            "nearDuplicates",
            "contamination");
    assertThat(components(LanguageFilter.class)).containsExactly("keep", "margin");
    assertThat(components(QualityFilter.class))
        .containsExactly(
            "of",
            "minWords",
            "maxWords",
            "minMeanWordLength",
            "maxMeanWordLength",
            "maxSymbolRatio",
            "minAlphabeticWords",
            "maxBulletLines",
            "maxEllipsisLines",
            "minStopWords",
            "maxDuplicateLines",
            "minDistinctWords");
    assertThat(components(Redaction.class)).containsExactly("patterns");
    assertThat(components(NearDuplicates.class)).containsExactly("similarity", "words");
    assertThat(components(Contamination.class))
        .containsExactly("paths", "uris", "words", "share", "action");
  }

  @Test
  void aStageThatCouldDoNothingIsRefused() {
    assertThatThrownBy(() -> stages(Optional.of(QualityFilter.defaults()), Optional.empty()))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Invalid quality filter: it has no bound; set one, such as min-words, or set quality to none");
    assertThatThrownBy(() -> stages(Optional.empty(), Optional.of(Contamination.defaults())))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Invalid contamination check: it names no evaluation set; set paths or uris, or set contamination to none");
  }

  private static StagesConfig stages(
      Optional<QualityFilter> quality, Optional<Contamination> contamination) {
    return new StagesConfig(
        false, Optional.empty(), quality, Optional.empty(), false, Optional.empty(), contamination);
  }

  private static Stream<String> components(Class<?> record) {
    return Stream.of(record.getRecordComponents()).map(RecordComponent::getName);
  }
}
