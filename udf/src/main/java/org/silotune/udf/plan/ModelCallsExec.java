package org.silotune.udf.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.AttributeSet$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.jspecify.annotations.Nullable;
import org.silotune.udf.model.ModelIdentity;
import org.silotune.udf.model.ModelQuestion;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** The operator that computes model calls over a partition's rows, batch by batch. */
public final class ModelCallsExec extends SparkPlan {

  private final Seq<Expression> calls;
  private final Seq<Attribute> results;
  private final SparkPlan child;

  /**
   * @param calls each a {@link ModelCall}
   * @param results the columns that they fill
   */
  public ModelCallsExec(Seq<Expression> calls, Seq<Attribute> results, SparkPlan child) {
    this.calls = calls;
    this.results = results;
    this.child = child;
  }

  /** The files are hashed here, on the driver, so that executors can tell others from them. */
  @Override
  public RDD<InternalRow> doExecute() {
    List<BatchedCalls.Call> bound = new ArrayList<>();
    for (Expression expression : CollectionConverters.asJava(calls)) {
      ModelCall call = (ModelCall) expression;
      ModelQuestion question = call.question();
      ModelIdentity identity = question.identity();
      bound.add(new BatchedCalls.Call(question.task(), identity, call.children()));
    }
    BatchedCalls batched = new BatchedCalls(bound, child.output(), output());
    return child
        .execute()
        .toJavaRDD()
        .mapPartitionsWithIndex(batched, /* preservesPartitioning= */ true)
        .rdd();
  }

  @Override
  public Seq<SparkPlan> children() {
    return Lists.seq(child);
  }

  @Override
  public Seq<Attribute> output() {
    return Lists.concat(child.output(), results);
  }

  @Override
  public AttributeSet producedAttributes() {
    return AttributeSet$.MODULE$.apply(CollectionConverters.asScala(Lists.expressions(results)));
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
    return new ModelCallsExec(calls, results, newChildren.head());
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int index) {
    return switch (index) {
      case 0 -> calls;
      case 1 -> results;
      case 2 -> child;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ModelCallsExec;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelCallsExec that
        && calls.equals(that.calls)
        && results.equals(that.results)
        && child.equals(that.child);
  }

  @Override
  public int hashCode() {
    return 31 * calls.hashCode() + child.hashCode();
  }
}
