package org.silotune.prep.source;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.silotune.prep.PreparationException;

/** The fields of a CSV record under the names of the file's header, RFC 4180. */
final class CsvParser implements RecordParser {

  private final StrictUtf8 utf8 = new StrictUtf8();
  private final List<String> header;

  /**
   * A parser for the records below a header.
   *
   * @throws PreparationException if the header is malformed or names a column twice
   */
  CsvParser(SourceFile file, RawRecord headerRecord) {
    try {
      header = fields(headerRecord);
    } catch (RejectedRecordException e) {
      throw new PreparationException(
          "Cannot read %s: the header is malformed: %s".formatted(file.name(), e.getMessage()), e);
    }
    HashSet<String> names = new HashSet<>();
    for (String name : header) {
      if (!names.add(name)) {
        throw new PreparationException(
            "Cannot read %s: the header names column %s twice".formatted(file.name(), name));
      }
    }
  }

  List<String> header() {
    return header;
  }

  @Override
  public ObjectNode parse(RawRecord record) throws RejectedRecordException {
    List<String> fields = fields(record);
    if (fields.size() != header.size()) {
      throw new RejectedRecordException(
          QuarantineReason.MALFORMED_CSV,
          "%d fields, the header has %d".formatted(fields.size(), header.size()));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < fields.size(); i++) {
      row.put(header.get(i), fields.get(i));
    }
    return row;
  }

  private List<String> fields(RawRecord record) throws RejectedRecordException {
    String text = utf8.decode(record);
    if (text.endsWith("\r")) {
      text = text.substring(0, text.length() - 1);
    }
    List<String> fields = new ArrayList<>();
    int position = 0;
    while (true) {
      StringBuilder field = new StringBuilder();
      int end =
          position < text.length() && text.charAt(position) == '"'
              ? quoted(text, position, field)
              : plain(text, position, field);
      fields.add(field.toString());
      if (end == text.length()) {
        return fields;
      }
      position = end + 1;
    }
  }

  /** Takes a field up to a comma or the end; returns where it ends. */
  private static int plain(String text, int start, StringBuilder field) {
    int comma = text.indexOf(',', start);
    int end = comma < 0 ? text.length() : comma;
    field.append(text, start, end);
    return end;
  }

  /** Takes a quoted field; returns where the comma or the end is. */
  private static int quoted(String text, int start, StringBuilder field)
      throws RejectedRecordException {
    int position = start + 1;
    while (true) {
      // The scanner has seen to it that every opened quote is closed.
      int quote = text.indexOf('"', position);
      field.append(text, position, quote);
      int after = quote + 1;
      if (after == text.length() || text.charAt(after) == ',') {
        return after;
      }
      if (text.charAt(after) != '"') {
        throw new RejectedRecordException(
            QuarantineReason.MALFORMED_CSV,
            "text after the closing quote of a field (character %d of the record)"
                .formatted(after));
      }
      field.append('"');
      position = after + 1;
    }
  }
}
