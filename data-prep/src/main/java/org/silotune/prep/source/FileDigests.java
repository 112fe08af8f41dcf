package org.silotune.prep.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple3;

/**
 * The sha256 of files as they were listed, computed where tasks run.
 *
 * @param byName lower-case hex by the files' names
 * @param grown names of those that were longer when they had been read
 */
record FileDigests(SortedMap<String, String> byName, SortedSet<String> grown) {

  FileDigests {
    byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    grown = Collections.unmodifiableSortedSet(new TreeSet<>(grown));
  }

  /** Reads the files. */
  static FileDigests of(SparkSession spark, List<SourceFile> files) {
    TreeMap<String, String> byName = new TreeMap<>();
    TreeSet<String> grown = new TreeSet<>();
    if (!files.isEmpty()) {
      JavaSparkContext.fromSparkContext(spark.sparkContext())
          .parallelize(new ArrayList<>(files), files.size())
          .map(file -> new Tuple3<>(file.name(), file.sha256(), file.hasGrown()))
          .collect()
          .forEach(
              digest -> {
                byName.put(digest._1(), digest._2());
                if (digest._3()) {
                  grown.add(digest._1());
                }
              });
    }
    return new FileDigests(byName, grown);
  }

  /** Returns one sha256 over all names and digests. */
  String combined() {
    MessageDigest all = digest();
    byName.forEach(
        (name, sha256) ->
            all.update("%s  %s\n".formatted(sha256, name).getBytes(StandardCharsets.UTF_8)));
    return "files " + HexFormat.of().formatHex(all.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
