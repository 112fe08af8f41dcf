package org.silotune.prep.shard;

import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.silotune.llm.tokenizer.TokenizedExample;

/**
 * Assembles a {@link TokenizedExample} per Parquet record without boxing a token.
 *
 * <p>The record is {@code example_id: string} and two standard three-level lists, {@code
 * input_ids.list.element: int32} and {@code labels.list.element: int32}.
 */
final class ExampleReader extends ParquetReader.Builder<TokenizedExample> {

  ExampleReader(InputFile file) {
    super(file);
  }

  @Override
  protected ReadSupport<TokenizedExample> getReadSupport() {
    return new Support();
  }

  private static final class Support extends ReadSupport<TokenizedExample> {

    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(context.getFileSchema());
    }

    @Override
    @SuppressWarnings("deprecation") // still the abstract method; the reader calls it
    public RecordMaterializer<TokenizedExample> prepareForRead(
        Configuration configuration,
        Map<String, String> metadata,
        MessageType schema,
        ReadContext context) {
      return new Materializer(schema);
    }
  }

  private static final class Materializer extends RecordMaterializer<TokenizedExample> {

    private final Root root;

    Materializer(MessageType schema) {
      root = new Root(schema);
    }

    @Override
    public TokenizedExample getCurrentRecord() {
      return new TokenizedExample(root.id.value, root.inputIds.take(), root.labels.take());
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }
  }

  private static final class Root extends GroupConverter {

    private final Text id = new Text();
    private final Ints inputIds = new Ints();
    private final Ints labels = new Ints();
    private final Converter[] fields;

    Root(MessageType schema) {
      fields =
          schema.getFields().stream()
              .map(
                  field ->
                      switch (field.getName()) {
                        case TokenShardSchema.EXAMPLE_ID -> id;
                        case TokenShardSchema.INPUT_IDS -> nested(nested(inputIds));
                        case TokenShardSchema.LABELS -> nested(nested(labels));
                        default ->
                            throw new IllegalStateException("Unknown column " + field.getName());
                      })
              .toArray(Converter[]::new);
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {}

    @Override
    public void end() {}

    private static GroupConverter nested(Converter child) {
      return new GroupConverter() {
        @Override
        public Converter getConverter(int field) {
          return child;
        }

        @Override
        public void start() {}

        @Override
        public void end() {}
      };
    }
  }

  private static final class Text extends PrimitiveConverter {

    private String value = "";

    @Override
    public void addBinary(Binary binary) {
      value = binary.toStringUsingUTF8();
    }
  }

  private static final class Ints extends PrimitiveConverter {

    private int[] values = new int[256];
    private int count;

    @Override
    public void addInt(int value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    /** Returns what was collected and starts over. */
    private int[] take() {
      int[] taken = Arrays.copyOf(values, count);
      count = 0;
      return taken;
    }
  }
}
