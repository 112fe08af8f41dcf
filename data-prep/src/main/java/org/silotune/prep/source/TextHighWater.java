package org.silotune.prep.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.silotune.prep.PreparationException;
import org.silotune.prep.shard.HighWaterMark;

/**
 * The high-water column of text files, counted slice by slice where tasks run.
 *
 * @param column its name
 * @param mark the mark so far, null if there is none
 */
record TextHighWater(String column, @Nullable HighWaterMark mark) implements Serializable {

  /** Counts the records of a slice. */
  HighWaterCount count(TextSlice slice) {
    try {
      TextSlice.Reading reading = slice.open();
      try (RecordScanner scanner = reading.scanner()) {
        HighWaterCount count = HighWaterCount.NONE;
        Optional<RawRecord> record = scanner.next();
        while (record.isPresent()) {
          count = count.plus(count(reading.parser(), record.get()));
          record = scanner.next();
        }
        return count;
      }
    } catch (IOException e) {
      throw new PreparationException(
          "Cannot read %s: %s".formatted(slice.file().name(), e.getMessage()), e);
    }
  }

  private HighWaterCount count(RecordParser parser, RawRecord record) {
    try {
      return count(parser.parse(record));
    } catch (RejectedRecordException e) {
      return HighWaterCount.ofRowWithout();
    }
  }

  private HighWaterCount count(ObjectNode fields) {
    JsonNode value = fields.get(column);
    if (value == null || value.isNull()) {
      return HighWaterCount.ofRowWithout();
    }
    if (value.isContainerNode() || value.isBoolean()) {
      return HighWaterCount.ofOrderless(
          value.isArray() ? "an array" : value.isObject() ? "an object" : "true or false");
    }
    String text = value.asText();
    if (text.isBlank()) {
      return HighWaterCount.ofRowWithout();
    }
    HighWaterMark own = HighWaterMark.of(text);
    return own.hasOrder()
        ? HighWaterCount.of(own, Optional.ofNullable(mark))
        : HighWaterCount.ofOrderless(text);
  }
}
