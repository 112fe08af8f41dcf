package org.silotune.prep.shard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.Instruction;
import org.silotune.llm.tokenizer.TokenizedExample;
import org.silotune.prep.PreparationException;

/** Reads the text of held-out rows, inside a task and without a Spark session. */
public final class HeldOutRowReader {

  private HeldOutRowReader() {}

  /**
   * Returns the rows of a silo's validation or test split, in the order of its token shard.
   *
   * @throws PreparationException if the split is {@link Split#TRAIN}, whose text is not kept, or
   *     the rows are not those of the shard
   */
  public static List<HeldOutRow> read(TokenShard shard) {
    if (shard.split() == Split.TRAIN) {
      throw new PreparationException(
          "Cannot read held-out rows of split train: only validation and test keep their text");
    }
    PreparedFolder folder = PreparedFolder.at(shard.folder());
    List<HeldOutRow> rows = new ArrayList<>();
    try {
      for (Path file : files(folder, shard)) {
        try (ParquetReader<Group> reader =
            new GroupReader(HadoopInputFile.fromPath(file, folder.hadoopConfiguration())).build()) {
          for (Group group = reader.read(); group != null; group = reader.read()) {
            rows.add(row(group));
          }
        }
      }
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot read held-out rows of %s: %s".formatted(shard, e.getMessage()), e);
    }
    if (shard.versions().size() > 1) {
      rows.sort(Comparator.comparing(HeldOutRow::exampleId, TokenShardReader.BY_ID));
    }
    requireRowsOf(shard, rows);
    return rows;
  }

  private static List<Path> files(PreparedFolder folder, TokenShard shard) throws IOException {
    List<Path> files = new ArrayList<>();
    for (PreparedFolder part : folder.parts(shard.versions())) {
      files.addAll(part.files(part.heldOutRows(), shard.silo(), shard.split()));
    }
    return files;
  }

  /** Checks the rows against the shard itself, which is checked against the manifest. */
  private static void requireRowsOf(TokenShard shard, List<HeldOutRow> rows) {
    if (rows.size() != shard.exampleCount()) {
      throw new PreparationException(
          "Cannot read held-out rows of %s: found %d, the manifest says %d; prepare the data again"
              .formatted(shard, rows.size(), shard.exampleCount()));
    }
    List<TokenizedExample> examples = TokenShardReader.read(shard);
    for (int i = 0; i < rows.size(); i++) {
      if (!rows.get(i).exampleId().equals(examples.get(i).id())) {
        throw new PreparationException(
            "Cannot read held-out rows of %s: row %d has id %s, its example %s; prepare the data again"
                .formatted(shard, i + 1, rows.get(i).exampleId(), examples.get(i).id()));
      }
    }
  }

  private static HeldOutRow row(Group group) {
    Group turns = group.getGroup(TokenShardSchema.CONVERSATION, 0);
    List<ChatMessage> conversation = new ArrayList<>();
    for (int i = 0; i < turns.getFieldRepetitionCount(0); i++) {
      Group turn = turns.getGroup(0, i).getGroup(0, 0);
      conversation.add(new ChatMessage(turn.getString("role", 0), turn.getString("content", 0)));
    }
    return new HeldOutRow(
        group.getString(TokenShardSchema.EXAMPLE_ID, 0),
        group.getString(TokenShardSchema.CATEGORY, 0),
        new Instruction(
            group.getString(TokenShardSchema.INSTRUCTION, 0),
            group.getString(TokenShardSchema.INPUT, 0)),
        conversation,
        group.getString(TokenShardSchema.REFERENCE, 0));
  }
}
