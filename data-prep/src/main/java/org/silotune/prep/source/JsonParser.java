package org.silotune.prep.source;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One JSON object, RFC 8259, with unique keys; numbers keep their digits. */
final class JsonParser implements RecordParser {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** A place in the parser's words: its lines are those of the record, not of the file. */
  private static final String PARSER_PLACE = " \\(start marker at \\[.*?\\]\\)";

  private final StrictUtf8 utf8 = new StrictUtf8();

  @Override
  public ObjectNode parse(RawRecord record) throws RejectedRecordException {
    @Nullable JsonNode node;
    try (var json = JSON.createParser(utf8.decode(record))) {
      node = JSON.readTree(json);
      if (node != null && json.nextToken() != null) {
        throw rejected("text after the end of the value", json.currentTokenLocation());
      }
    } catch (JsonProcessingException e) {
      throw rejected(firstLine(e).replaceFirst(PARSER_PLACE, ""), e.getLocation());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // of a text in memory
    }
    if (node == null) {
      throw new RejectedRecordException(
          QuarantineReason.MALFORMED_JSON, "expected an object, found nothing");
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new RejectedRecordException(
        QuarantineReason.MALFORMED_JSON,
        "expected an object, found %s"
            .formatted(node.getNodeType().name().toLowerCase(Locale.ROOT)));
  }

  private static RejectedRecordException rejected(String why, @Nullable JsonLocation where) {
    return new RejectedRecordException(
        QuarantineReason.MALFORMED_JSON,
        "%s (character %d of the record)"
            .formatted(why, where == null ? 0 : where.getCharOffset()));
  }

  private static String firstLine(JsonProcessingException failure) {
    return String.valueOf(failure.getOriginalMessage()).lines().findFirst().orElse("");
  }
}
