package org.silotune.prep.source;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.shard.HighWaterMark;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The fields of a record to a row of {@link InstructionRows#SCHEMA}.
 *
 * <p>Numbers and booleans become their text; a missing or null text is empty.
 *
 * @param columnByRole which column holds what: those of {@link ColumnMapping#used}, {@code silo}
 *     and {@code high-water}
 * @param mark what the high-water column of a row must be above; null where any value will do
 * @param upTo what it must not be above; null where any value will do
 */
record RowMapper(
    SortedMap<String, String> columnByRole,
    @Nullable HighWaterMark mark,
    @Nullable HighWaterMark upTo)
    implements Serializable {

  /** The role of a column that tells new rows from old ones. */
  static final String HIGH_WATER = "high-water";

  private static final String SILO = "silo";

  private static final int MAX_SILO_NAME_LENGTH = 80; // its escaped form is one path element

  /** Where a record is from; nulls for tables. */
  record Origin(@Nullable String file, @Nullable Long offset, @Nullable Long lineFeeds) {

    static final Origin TABLE = ofRowOf(null);

    /** Of a row of a file of columns, which has no place in it. */
    static Origin ofRowOf(@Nullable String file) {
      return new Origin(file, null, null);
    }

    static Origin of(SourceFile file, ByteScanner.Place place) {
      return new Origin(file.name(), place.offset(), place.lineFeeds());
    }
  }

  /**
   * Returns the mapper of a source.
   *
   * @param siloColumn the column that decides on silos, if one does
   */
  static RowMapper of(ColumnMapping columns, RowSelection selection, Optional<String> siloColumn) {
    TreeMap<String, String> columnByRole = new TreeMap<>(columns.used());
    siloColumn.ifPresent(column -> columnByRole.put(SILO, column));
    selection.highWater().ifPresent(column -> columnByRole.put(HIGH_WATER, column));
    return new RowMapper(
        columnByRole, selection.above().orElse(null), selection.upTo().orElse(null));
  }

  /** Returns the mapper of rows that are known to be between the marks. */
  RowMapper withoutMark() {
    return new RowMapper(columnByRole, null, null);
  }

  /** Returns the row of a record whose fields are known. */
  Row row(Origin origin, ObjectNode fields) {
    @Nullable String siloKey = null;
    try {
      if (columnByRole.containsKey(HIGH_WATER)) {
        requireNew(fields);
      }
      siloKey = columnByRole.containsKey(SILO) ? silo(fields) : null;
      String id = columnByRole.containsKey("id") ? id(fields) : null;
      boolean isConversation = columnByRole.containsKey("messages");
      return RowFactory.create(
          origin.file(),
          origin.offset(),
          siloKey,
          id,
          text(fields, "category"),
          isConversation ? "" : text(fields, "instruction"),
          isConversation ? "" : text(fields, "input"),
          isConversation ? "" : text(fields, "output"),
          isConversation ? messages(fields) : null,
          null,
          null,
          null,
          null,
          origin.lineFeeds());
    } catch (RejectedRecordException e) {
      return rejected(origin, siloKey, e);
    }
  }

  /** Returns the row of a record that could not be parsed. */
  static Row rejected(Origin origin, @Nullable String siloKey, RejectedRecordException why) {
    return RowFactory.create(
        origin.file(),
        origin.offset(),
        siloKey,
        null,
        "",
        "",
        "",
        "",
        null,
        why.reason().label(),
        why.getMessage(),
        InstructionRows.READ,
        null,
        origin.lineFeeds());
  }

  private String silo(ObjectNode fields) throws RejectedRecordException {
    String column = column(SILO);
    String name = text(fields, SILO);
    if (name.isBlank()) {
      throw new RejectedRecordException(
          QuarantineReason.INVALID_SILO, "column %s is empty".formatted(column));
    }
    if (name.length() > MAX_SILO_NAME_LENGTH || name.chars().anyMatch(Character::isISOControl)) {
      throw new RejectedRecordException(
          QuarantineReason.INVALID_SILO,
          "column %s is no silo name: at most %d characters and no control character"
              .formatted(column, MAX_SILO_NAME_LENGTH));
    }
    return name;
  }

  private void requireNew(ObjectNode fields) throws RejectedRecordException {
    String value = text(fields, HIGH_WATER);
    if (value.isBlank()) {
      throw new RejectedRecordException(
          QuarantineReason.MISSING_HIGH_WATER, "column %s is empty".formatted(column(HIGH_WATER)));
    }
    if (mark == null && upTo == null) {
      return;
    }
    HighWaterMark own = HighWaterMark.of(value);
    if (mark != null && own.compareTo(mark) <= 0) {
      throw new RejectedRecordException(
          QuarantineReason.NOT_NEW, "%s is not above %s".formatted(value, mark));
    }
    if (upTo != null && own.compareTo(upTo) > 0) {
      throw new RejectedRecordException(
          QuarantineReason.NOT_NEW, "%s came after %s".formatted(value, upTo));
    }
  }

  private String id(ObjectNode fields) throws RejectedRecordException {
    String column = column("id");
    String id = text(fields, "id");
    if (id.isBlank()) {
      throw new RejectedRecordException(
          QuarantineReason.MISSING_ID, "column %s is empty".formatted(column));
    }
    return id;
  }

  private Seq<Row> messages(ObjectNode fields) throws RejectedRecordException {
    String column = column("messages");
    JsonNode turns = fields.get(column);
    if (turns == null || !turns.isArray()) {
      throw new RejectedRecordException(
          QuarantineReason.INVALID_VALUE,
          "column %s holds %s where a list of turns is expected".formatted(column, kind(turns)));
    }
    List<Row> messages = new ArrayList<>(turns.size());
    for (JsonNode turn : turns) {
      if (!turn.path("role").isTextual() || !turn.path("content").isTextual()) {
        throw new RejectedRecordException(
            QuarantineReason.INVALID_VALUE,
            "turn %d of column %s is no object with the texts role and content"
                .formatted(messages.size() + 1, column));
      }
      messages.add(
          RowFactory.create(text(column, turn.get("role")), text(column, turn.get("content"))));
    }
    return CollectionConverters.asScala(messages).toSeq();
  }

  private String column(String role) {
    return requireNonNull(columnByRole.get(role), role);
  }

  private String text(ObjectNode fields, String role) throws RejectedRecordException {
    String column = column(role);
    return text(column, fields.get(column));
  }

  private static String text(String column, @Nullable JsonNode value)
      throws RejectedRecordException {
    if (value == null || value.isNull()) {
      return "";
    }
    if (value.isContainerNode()) {
      throw new RejectedRecordException(
          QuarantineReason.INVALID_VALUE,
          "column %s holds %s where text is expected".formatted(column, kind(value)));
    }
    String text = value.asText();
    StrictUtf8.requireEncodable(column, text);
    return text;
  }

  private static String kind(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return "nothing";
    }
    String type = value.getNodeType().name().toLowerCase(Locale.ROOT);
    return type.matches("[aeio].*") ? "an " + type : "a " + type;
  }
}
