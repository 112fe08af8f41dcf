package org.silotune.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
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
}
