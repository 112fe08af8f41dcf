package org.silotune.udf.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Scala's sequences from Java's. */
final class Lists {

  private Lists() {}

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  static <T> Seq<T> seq(T... elements) {
    return seq(List.of(elements));
  }

  static <T> Seq<T> seq(List<? extends T> elements) {
    List<T> copy = new ArrayList<>(elements);
    return CollectionConverters.asScala(copy).toSeq();
  }

  static <T> Seq<T> concat(Seq<T> first, Seq<? extends T> second) {
    List<T> all = new ArrayList<>(CollectionConverters.asJava(first));
    all.addAll(CollectionConverters.asJava(second));
    return seq(all);
  }

  static List<Expression> expressions(Seq<? extends Attribute> attributes) {
    return new ArrayList<>(CollectionConverters.asJava(attributes));
  }
}
