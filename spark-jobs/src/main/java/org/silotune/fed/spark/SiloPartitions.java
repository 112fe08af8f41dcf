package org.silotune.fed.spark;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.silotune.fed.client.SiloDescriptor;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Silo descriptors as an RDD: one partition a silo, which prefers the silo's hosts. */
public final class SiloPartitions {

  private SiloPartitions() {}

  /** Returns an RDD whose partition {@code i} holds the descriptor {@code silos.get(i)}. */
  public static JavaRDD<SiloDescriptor> of(JavaSparkContext spark, List<SiloDescriptor> silos) {
    ClassTag<SiloDescriptor> tag = ClassTag$.MODULE$.apply(SiloDescriptor.class);
    List<Tuple2<SiloDescriptor, Seq<String>>> located =
        silos.stream().map(silo -> new Tuple2<>(silo, seq(silo.hosts()))).toList();
    return new JavaRDD<>(spark.sc().makeRDD(seq(located), tag), tag);
  }

  private static <T> Seq<T> seq(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
