package org.silotune.prep.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.silotune.prep.PreparationException;
import org.silotune.prep.source.InstructionRows;
import org.silotune.prep.stage.QualityFilter.Part;
import scala.jdk.javaapi.CollectionConverters;

/** What the stages that look at one row do with it. */
final class RowStagesTest {

  private static final String GERMAN =
      "Unser Sonnensystem hat acht Planeten, von denen die Erde der dritte ist. Der größte unter"
          + " ihnen ist der Jupiter, und jenseits des Mars liegt ein Gürtel von kleinen Körpern.";
  private static final OptionalInt NO_COUNT = OptionalInt.empty();
  private static final OptionalDouble NONE = OptionalDouble.empty();

  @Test
  void normalisingMarksOnlyWhatItChanges() {
    Row plain = row("Ask", "", "Answer");
    Row changed = new Normalisation().open().apply(row("Cafe\u0301", "a\r\nb", "x\u0000y"));

    assertThat(new Normalisation().open().apply(plain)).isSameAs(plain);
    assertThat(texts(changed)).containsExactly("Caf\u00e9", "a\nb", "xy");
    assertThat(changed.<String>getList(index(InstructionRows.MARKS))).containsExactly("normalise");
  }

  @Test
  void redactionCoversEveryTextOfRowsAndConversationsAndTheUsersPatterns() {
    Redaction redaction = new Redaction(Map.of("CASE", "C-\\d{4}"));
    Row row =
        redaction
            .open()
            .apply(
                row(
                    "Write to ann@example.org",
                    "from 192.0.2.7 about C-1234",
                    "Pay DE89 3704 0044 0532 0130 00 or 4111 1111 1111 1111"));
    Row chat = redaction.open().apply(chat("user", "I am bob@example.org", "assistant", "Hi"));

    assertThat(texts(row))
        .containsExactly("Write to [EMAIL]", "from [IP] about [CASE]", "Pay [IBAN] or [CARD]");
    assertThat(chat.<Row>getList(index(InstructionRows.MESSAGES)))
        .extracting(turn -> turn.getString(1))
        .containsExactly("I am [EMAIL]", "Hi");
    assertThat(chat.<String>getList(index(InstructionRows.MARKS))).containsExactly("redact");
    assertThatThrownBy(() -> new Redaction(Map.of("CASE", "[")))
        .isInstanceOf(PreparationException.class)
        .hasMessageStartingWith("Invalid pattern CASE '[': ");
  }

  @Test
  void languageFilterDropsWhatIsClearlyAnotherLanguage() {
    LanguageFilter english = LanguageFilter.defaults();
    Row german = english.open().apply(row(GERMAN, "", GERMAN));

    assertThat(reason(german)).contains("other-language");
    assertThat(german.getString(index(InstructionRows.STAGE))).isEqualTo("language");
    assertThat(german.getString(index(InstructionRows.DETAIL))).startsWith("deu is ");
    for (Row kept :
        List.of(
            row("How many planets does our solar system have?", "", "It has eight planets."),
            row("12 * 4 =", "", "48"),
            row("", "", "x"))) {
      assertThat(reason(english.open().apply(kept))).as(kept.toString()).isEmpty();
    }
    assertThat(
            reason(
                new LanguageFilter(List.of("eng", "deu"), 3).open().apply(row(GERMAN, "", GERMAN))))
        .isEmpty();
  }

  @Test
  void languagesAndMarginsThatCannotBeAreNamed() {
    assertThatThrownBy(() -> new LanguageFilter(List.of("english"), 3))
        .isInstanceOf(PreparationException.class)
        .hasMessageStartingWith("Unknown language english")
        .hasMessageContaining("known are afr, ");
    assertThatThrownBy(() -> new LanguageFilter(List.of(), 3))
        .hasMessage("Invalid languages to keep: must name at least one, such as eng");
    assertThatThrownBy(() -> new LanguageFilter(List.of("eng"), 0.5))
        .hasMessage("Invalid language margin 0.5: must be a finite number >= 1");
  }

  @Test
  void qualityFilterDropsByTheFirstFigureOutOfBounds() {
    QualityFilter rows = quality(Part.ROW, OptionalInt.of(4), OptionalDouble.of(0.5));
    QualityFilter answers = quality(Part.ANSWER, OptionalInt.of(4), NONE);

    assertThat(detail(rows, row("One", "", "two"))).contains("words 2, at least 4");
    assertThat(detail(rows, row("One two", "three", "four"))).isEmpty();
    assertThat(detail(rows, row("# #", "#", "four"))).contains("symbol ratio 0.750, at most 0.500");
    assertThat(detail(answers, row("One two three four", "", "five")))
        .contains("words 1, at least 4");
    assertThat(detail(answers, chat("user", "One two three four", "assistant", "five")))
        .contains("words 1, at least 4");
  }

  @Test
  void qualityBoundsThatCannotBeAreNamed() {
    assertThatThrownBy(() -> quality(Part.ROW, OptionalInt.of(-1), NONE))
        .isInstanceOf(PreparationException.class)
        .hasMessage("Invalid min-words -1: must be >= 0");
    assertThatThrownBy(
            () ->
                new QualityFilter(
                    Part.ROW,
                    OptionalInt.of(9),
                    OptionalInt.of(3),
                    NONE,
                    NONE,
                    NONE,
                    NONE,
                    NONE,
                    NONE,
                    NO_COUNT,
                    NONE,
                    NONE))
        .hasMessage("Invalid min-words 9: must be at most max-words 3");
    assertThatThrownBy(
            () ->
                new QualityFilter(
                    Part.ROW,
                    NO_COUNT,
                    NO_COUNT,
                    NONE,
                    NONE,
                    NONE,
                    OptionalDouble.of(1.5),
                    NONE,
                    NONE,
                    NO_COUNT,
                    NONE,
                    NONE))
        .hasMessage("Invalid min-alphabetic-words 1.500: must be in [0, 1]");
    assertThatThrownBy(
            () ->
                new StagesConfig(
                    false,
                    Optional.empty(),
                    Optional.of(QualityFilter.defaults()),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    Optional.empty()))
        .hasMessage(
            "Invalid quality filter: it has no bound; set one, such as min-words, or set quality to none");
  }

  @Test
  void settingsOfDuplicatesAndContaminationThatCannotBeAreNamed() {
    assertThatThrownBy(() -> new NearDuplicates(0.1, 5))
        .hasMessage("Invalid near-duplicate similarity 0.1: must be in [0.2, 1]");
    assertThatThrownBy(() -> new NearDuplicates(0.8, 0))
        .hasMessage("Invalid near-duplicate words 0: must be >= 1");
    Contamination check = Contamination.defaults();
    assertThatThrownBy(check::requireSet)
        .hasMessage(
            "Invalid contamination check: it names no evaluation set; set paths or uris, or set contamination to none");
    assertThatThrownBy(
            () -> new Contamination(List.of(), List.of(), 0, 0, Contamination.Action.DROP))
        .hasMessage("Invalid contamination words 0: must be >= 1");
    assertThatThrownBy(
            () -> new Contamination(List.of(), List.of(), 8, 1, Contamination.Action.DROP))
        .hasMessage("Invalid contamination share 1.0: must be in [0, 1)");
  }

  @Test
  void bandsFindPairsOfTheSimilarityAndAreAsLongAsThatAllows() {
    for (double similarity : new double[] {0.2, 0.5, 0.8, 0.95, 1}) {
      SignatureBands bands = SignatureBands.of(128, similarity);
      int longer = bands.places() + 1;

      assertThat(bands.bands() * bands.places()).isLessThanOrEqualTo(128);
      assertThat(bands.probability(similarity)).isGreaterThanOrEqualTo(0.99);
      assertThat(
              longer > 128 ? 0 : new SignatureBands(128 / longer, longer).probability(similarity))
          .isLessThan(0.99);
    }
    assertThat(SignatureBands.of(128, 0.8)).isEqualTo(new SignatureBands(21, 6));
  }

  @Test
  void stageLeavesAloneWhatAnotherDropped() {
    Row dropped = StagedRow.dropped(row("e\u0301", "", "x"), "s", DropReason.LOW_QUALITY, "d");

    assertThat(new Normalisation().call(List.of(dropped).iterator()).next()).isSameAs(dropped);
  }

  private static QualityFilter quality(Part of, OptionalInt minWords, OptionalDouble maxSymbols) {
    return new QualityFilter(
        of, minWords, NO_COUNT, NONE, NONE, maxSymbols, NONE, NONE, NONE, NO_COUNT, NONE, NONE);
  }

  private static Optional<String> detail(QualityFilter filter, Row row) {
    return Optional.ofNullable(
        ((QualityStage) filter.stage()).open().apply(row).getString(index(InstructionRows.DETAIL)));
  }

  private static Optional<String> reason(Row row) {
    return Optional.ofNullable(row.getString(index(InstructionRows.REASON)));
  }

  private static List<String> texts(Row row) {
    return List.of(
        row.getString(index(InstructionRows.INSTRUCTION)),
        row.getString(index(InstructionRows.INPUT)),
        row.getString(index(InstructionRows.OUTPUT)));
  }

  private static int index(String column) {
    return InstructionRows.SCHEMA.fieldIndex(column);
  }

  private static Row row(String instruction, String input, String output) {
    return RowFactory.create(
        "f", 0L, "s", null, "c", instruction, input, output, null, null, null, null, null);
  }

  private static Row chat(String... turns) {
    List<Row> messages =
        List.of(RowFactory.create(turns[0], turns[1]), RowFactory.create(turns[2], turns[3]));
    return RowFactory.create(
        "f",
        0L,
        "s",
        null,
        "c",
        "",
        "",
        "",
        CollectionConverters.asScala(messages).toSeq(),
        null,
        null,
        null,
        null);
  }
}
