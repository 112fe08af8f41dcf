package org.silotune.prep.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.silotune.prep.PreparationException;

/**
 * The texts of evaluation sets: every text in every field of every record, however deep, for a set
 * is looked for in training rows whatever its columns are called.
 */
public final class EvaluationTexts {

  private EvaluationTexts() {}

  /**
   * Returns the texts of one file of records, or of a folder of them, by file name; the files of a
   * folder may be of several formats.
   *
   * @param location a path or URI
   * @throws PreparationException if there is no file, or, when the texts are read, if a record is
   *     malformed: a set that is not read whole finds too little
   */
  public static List<Set> open(SparkSession spark, String location) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return SourceListing.byFormat(location, SourceConfig.defaults()).stream()
        .flatMap(
            listing ->
                listing.files().stream()
                    .map(
                        file ->
                            new Set(file.name(), texts(spark, context, listing.format(), file))))
        .sorted(Comparator.comparing(Set::name))
        .toList();
  }

  /**
   * One evaluation set.
   *
   * @param name its file's name
   */
  public record Set(String name, JavaRDD<String> texts) {}

  /**
   * What a set's file is told by.
   *
   * @param name the file's name
   * @param sha256 of its bytes, in lower-case hex
   */
  public record Digest(String name, String sha256) {}

  /**
   * Returns the hashes of one file of records, or of a folder of them, by file name.
   *
   * @throws PreparationException if there is no file, or one cannot be read
   */
  public static List<Digest> digests(String location) {
    return SourceListing.byFormat(location, SourceConfig.defaults()).stream()
        .flatMap(listing -> listing.files().stream())
        .map(file -> new Digest(file.name(), file.sha256()))
        .sorted(Comparator.comparing(Digest::name))
        .toList();
  }

  private static JavaRDD<String> texts(
      SparkSession spark, JavaSparkContext context, SourceFormat format, SourceFile file) {
    if (format == SourceFormat.PARQUET) {
      return spark
          .read()
          .parquet(file.pattern())
          .toJSON()
          .as(Encoders.STRING())
          .javaRDD()
          .flatMap(json -> texts(new JsonParser().parse(record(json))).iterator());
    }
    List<TextSlice> slices = TextSlice.of(new SourceListing(format, List.of(file)));
    return context.parallelize(slices, Math.max(1, slices.size())).flatMap(EvaluationTexts::read);
  }

  private static Iterator<String> read(TextSlice slice) throws IOException {
    List<String> texts = new ArrayList<>();
    TextSlice.Reading reading = slice.open();
    try (RecordScanner scanner = reading.scanner()) {
      Optional<RawRecord> record = scanner.next();
      while (record.isPresent()) {
        try {
          texts.addAll(texts(reading.parser().parse(record.get())));
        } catch (RejectedRecordException e) {
          throw new PreparationException(
              "Cannot read evaluation set %s: the record at byte %d: %s; repair it or leave the set out"
                  .formatted(slice.file().name(), record.get().offset(), e.getMessage()),
              e);
        }
        record = scanner.next();
      }
    }
    return texts.iterator();
  }

  private static RawRecord record(String json) {
    return new RawRecord(new ByteScanner.Place(0, 0), json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> texts(ObjectNode record) {
    List<String> texts = new ArrayList<>();
    collect(record, texts);
    return texts;
  }

  private static void collect(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.forEach(below -> collect(below, texts));
  }
}
