package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.silotune.prep.SparkSessionExtension;

/** A folder that follows a source which is written to meanwhile. */
@ExtendWith(SparkSessionExtension.class)
final class SourceInMotionTest {

  @TempDir Path temp;

  @Test
  void whatGrowsIsTakenNextTimeAndWhatIsRewrittenIsAnError(SparkSession spark) throws IOException {
    IncrementalData data = IncrementalData.in(temp, spark);
    List<String> rows = new ArrayList<>(RawData.rows("north", 4));
    data.write("a.jsonl", rows);
    rows.addAll(RawData.rows("west", 3));

    PreparedVersion first = data.prepare(data.byFiles(), () -> data.write("a.jsonl", rows));

    assertThat(first.manifest().siloNames()).containsExactly("north");
    assertThat(first.newRows()).isEqualTo(4);
    List<String> others = RawData.rows("south", 6);
    assertThatThrownBy(() -> data.prepare(data.byFiles(), () -> data.write("a.jsonl", others)))
        .hasMessageContaining("file a.jsonl of source ")
        .hasMessageContaining("it changed while it was read, and nothing was added");
    assertThat(first.folder().manifest()).isEqualTo(first.manifest());
  }

  /** Listed as {@code 17}, the row would be taken, and again once it is {@code 1742}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv | silo,instruction,output,n | %s,Ask,Reply %s.,%d",
        "a.jsonl | '' | {\"silo\": \"%s\", \"instruction\": \"Ask\", \"output\": \"Reply %s.\", \"n\": %d}"
      })
  void aRecordThatWasListedInPartIsLeftForTheNextRun(
      String file, String header, String row, SparkSession spark) throws IOException {
    IncrementalData data = IncrementalData.in(temp, spark);
    List<String> rows = new ArrayList<>();
    rows.add(header);
    for (int n = 1; n <= 9; n++) {
      rows.add(row.formatted("north", n, n));
    }
    String whole = String.join("\n", rows) + "\n";
    String last = row.formatted("south", "last", 1742) + "\n";
    Path log = data.write(file, List.of());
    Files.writeString(log, whole + last.substring(0, last.indexOf("42")));

    PreparedVersion first = data.prepare(data.by("n"), () -> Files.writeString(log, whole + last));
    PreparedVersion second = data.prepare(data.by("n"));

    assertThat(first.newRows()).isEqualTo(9);
    assertThat(first.manifest().siloNames()).containsExactly("north");
    assertThat(first.manifest().quarantined()).isEmpty();
    assertThat(second.newRows()).isEqualTo(1);
    assertThat(second.lateRows()).isZero();
    assertThat(second.manifest().versions()).hasSize(2);
    assertThat(second.manifest().contentSha256())
        .isEqualTo(data.atOnce(data.by("n")).contentSha256());
  }

  @Test
  void aWholeRecordNeedsNoLineFeedInAFileThatStays(SparkSession spark) throws IOException {
    IncrementalData data = IncrementalData.in(temp, spark);
    Files.writeString(
        data.write("a.csv", List.of()), "silo,instruction,output,n\nnorth,Ask,Reply.,17");

    PreparedVersion first = data.prepare(data.by("n"));

    assertThat(first.newRows()).isEqualTo(1);
    assertThat(first.mark()).hasToString("Optional[17]");
  }
}
