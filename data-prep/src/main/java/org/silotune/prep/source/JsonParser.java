package org.silotune.prep.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** One JSON object, RFC 8259, with unique keys; numbers keep their digits. */
final class JsonParser implements RecordParser {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final StrictUtf8 utf8 = new StrictUtf8();

  @Override
  public ObjectNode parse(RawRecord record) throws RejectedRecordException {
    JsonNode node;
    try {
      node = JSON.readTree(utf8.decode(record));
    } catch (JsonProcessingException e) {
      throw new RejectedRecordException(
          QuarantineReason.MALFORMED_JSON,
          "%s (character %d of the record)"
              .formatted(
                  String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse(""),
                  e.getLocation() == null ? 0 : e.getLocation().getCharOffset()));
    }
    if (node.isMissingNode()) {
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
}
