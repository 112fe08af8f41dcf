package org.silotune.udf.plan;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.silotune.udf.model.ModelIdentity;
import org.silotune.udf.model.ModelTask;
import org.silotune.udf.model.ModelTask.ArgumentRow;
import org.silotune.udf.model.TextModel;
import scala.collection.immutable.Seq;

/**
 * Model calls over the rows of one partition. Rows are gathered in batches, so that prompts are
 * computed together; the first batches are small for those who only take a few rows.
 *
 * @param calls what is computed of each row
 * @param input the columns of the rows
 * @param output those and the results
 */
record BatchedCalls(List<Call> calls, Seq<Attribute> input, Seq<Attribute> output)
    implements Function2<Integer, Iterator<InternalRow>, Iterator<InternalRow>> {

  private static final int FIRST_BATCH = 16;
  private static final int LARGEST_BATCH = 256;

  /** Leaves room for 2^40 rows a partition and 2^23 partitions. */
  private static final int ROW_BITS = 40;

  /**
   * One call.
   *
   * @param task what it computes
   * @param identity by which model
   * @param arguments of the input's columns
   */
  record Call(ModelTask task, ModelIdentity identity, Seq<Expression> arguments)
      implements Serializable {}

  BatchedCalls {
    calls = List.copyOf(calls);
  }

  @Override
  public Iterator<InternalRow> call(Integer partition, Iterator<InternalRow> rows) {
    return new Results(rows, partition);
  }

  /** The rows with results, computed as they are asked for. */
  private final class Results implements Iterator<InternalRow> {

    private final Iterator<InternalRow> rows;
    private final List<UnsafeProjection> arguments = new ArrayList<>();
    private final List<TextModel> models = new ArrayList<>();
    private final UnsafeProjection joined =
        UnsafeProjection.create(Lists.seq(Lists.expressions(output)), output);
    private Iterator<InternalRow> batch = List.<InternalRow>of().iterator();
    private long number;
    private int size = FIRST_BATCH;

    Results(Iterator<InternalRow> rows, int partition) {
      this.rows = rows;
      this.number = (long) partition << ROW_BITS;
      for (Call call : calls) {
        UnsafeProjection projection = UnsafeProjection.create(call.arguments(), input);
        projection.initialize(partition);
        arguments.add(projection);
      }
    }

    @Override
    public boolean hasNext() {
      return batch.hasNext() || rows.hasNext();
    }

    @Override
    public InternalRow next() {
      if (!batch.hasNext()) {
        batch = compute();
        size = Math.min(LARGEST_BATCH, 2 * size);
      }
      return batch.next();
    }

    private Iterator<InternalRow> compute() {
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.killTaskIfInterrupted();
      }
      List<InternalRow> gathered = new ArrayList<>();
      long first = number;
      while (gathered.size() < size && rows.hasNext()) {
        gathered.add(rows.next().copy());
        number++;
      }
      @Nullable Object[][] results = new Object[gathered.size()][calls.size()];
      for (int c = 0; c < calls.size(); c++) {
        fill(results, c, gathered, first);
      }
      Iterator<InternalRow> inputs = gathered.iterator();
      Iterator<Object[]> values = List.of(results).iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return inputs.hasNext();
        }

        @Override
        public InternalRow next() {
          return joined.apply(new JoinedRow(inputs.next(), new GenericInternalRow(values.next())));
        }
      };
    }

    private void fill(
        @Nullable Object[][] results, int index, List<InternalRow> gathered, long first) {
      Call call = calls.get(index);
      List<ArgumentRow> asked = new ArrayList<>();
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < gathered.size(); i++) {
        InternalRow values = arguments.get(index).apply(gathered.get(i));
        if (!values.anyNull()) {
          List<String> texts = new ArrayList<>();
          for (int a = 0; a < call.arguments().size(); a++) {
            texts.add(values.getUTF8String(a).toString());
          }
          asked.add(new ArgumentRow(first + i, texts));
          places.add(i);
        }
      }
      if (asked.isEmpty()) {
        return;
      }
      List<Object> answers = call.task().evaluate(model(index), asked);
      for (int i = 0; i < answers.size(); i++) {
        results[places.get(i)][index] = internal(answers.get(i));
      }
    }

    private TextModel model(int index) {
      while (models.size() <= index) {
        Call call = calls.get(models.size());
        models.add(TextModel.open(call.identity(), call.task()));
      }
      return models.get(index);
    }
  }

  private static @Nullable Object internal(@Nullable Object value) {
    if (value instanceof String text) {
      return UTF8String.fromString(text);
    }
    return value instanceof float[] vector ? UnsafeArrayData.fromPrimitiveArray(vector) : value;
  }
}
