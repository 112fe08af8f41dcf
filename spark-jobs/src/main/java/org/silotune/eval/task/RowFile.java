package org.silotune.eval.task;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Serializable;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.silotune.eval.EvaluationException;
import org.silotune.eval.InvalidTaskException;

/**
 * The rows of a file: an array of JSON objects, JSON objects one after the other, or CSV with a
 * header. Evaluation sets are small: a file is read whole.
 */
final class RowFile {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private static final String GZIP = ".gz";

  private RowFile() {}

  /**
   * Reads the first rows. A file that is not there may be there gzipped, and the other way round.
   *
   * @param most how many at most
   * @throws InvalidTaskException if the file is not there or its name has no known ending
   * @throws EvaluationException if it cannot be read
   */
  static List<TaskRow> read(DataFolder folder, String file, int most) {
    String name = file.endsWith(GZIP) ? file.substring(0, file.length() - GZIP.length()) : file;
    String other = file.equals(name) ? name + GZIP : name;
    Optional<byte[]> asNamed = folder.read(file);
    String found = asNamed.isPresent() ? file : other;
    byte[] bytes =
        asNamed
            .or(() -> folder.read(other))
            .orElseThrow(
                () ->
                    new InvalidTaskException(
                        "Missing file %s in %s: name the folder that holds it with --data"
                            .formatted(file, folder.place())));
    try (InputStream in = stream(found, bytes)) {
      Reader text = new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder());
      if (name.endsWith(".json") || name.endsWith(".jsonl")) {
        return json(file, text, most);
      }
      if (name.endsWith(".csv")) {
        return csv(file, text, most);
      }
    } catch (JsonProcessingException e) {
      throw new EvaluationException(
          "Cannot read %s: line %d: %s"
              .formatted(found, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    } catch (CharacterCodingException e) {
      throw new EvaluationException("Cannot read %s: it is not UTF-8".formatted(found), e);
    } catch (IOException | TextParsingException e) {
      throw new EvaluationException("Cannot read %s: %s".formatted(found, e.getMessage()), e);
    }
    throw new InvalidTaskException(
        "Unknown kind of file %s: known are .json, .jsonl and .csv, each with .gz or not"
            .formatted(file));
  }

  private static InputStream stream(String file, byte[] bytes) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    return file.endsWith(GZIP) ? new GZIPInputStream(in) : in;
  }

  private static List<TaskRow> json(String file, Reader text, int most) throws IOException {
    List<TaskRow> rows = new ArrayList<>();
    // Of an array this gives the elements, else what stands one after the other.
    try (MappingIterator<JsonNode> nodes = JSON.readerFor(JsonNode.class).readValues(text)) {
      while (rows.size() < most && nodes.hasNextValue()) {
        JsonNode node = nodes.nextValue();
        if (!node.isObject()) {
          throw new EvaluationException(
              "Cannot read %s: row %d is no JSON object".formatted(file, rows.size() + 1));
        }
        SortedMap<String, Serializable> values = new TreeMap<>();
        flatten("row %d of %s".formatted(rows.size() + 1, file), "", node, values);
        rows.add(new TaskRow(file, rows.size() + 1, values));
      }
    }
    return rows;
  }

  /** Null is no field; numbers and truth values are their text. */
  private static void flatten(
      String row, String prefix, JsonNode node, SortedMap<String, Serializable> values) {
    node.properties()
        .forEach(
            field -> {
              String name = prefix + field.getKey();
              JsonNode value = field.getValue();
              if (value.isObject()) {
                flatten(row, name + ".", value, values);
              } else if (value.isArray()) {
                values.put(name, items(row, name, value));
              } else if (!value.isNull()) {
                values.put(name, value.asText());
              }
            });
  }

  private static Serializable items(String row, String name, JsonNode list) {
    ArrayList<String> items = new ArrayList<>();
    for (JsonNode item : list) {
      if (item.isNull()) {
        throw new InvalidTaskException(
            "Invalid field %s in %s: a null stands in its list; leave it out or write a text"
                .formatted(name, row));
      }
      items.add(item.isValueNode() ? item.asText() : item.toString());
    }
    return items;
  }

  private static List<TaskRow> csv(String file, Reader text, int most) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.setHeaderExtractionEnabled(true);
    settings.setLineSeparatorDetectionEnabled(true);
    settings.setMaxCharsPerColumn(-1);
    settings.setEmptyValue("");
    settings.setNullValue("");
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.getFormat().setQuoteEscape('"');
    CsvParser parser = new CsvParser(settings);
    parser.beginParsing(text);
    List<TaskRow> rows = new ArrayList<>();
    for (String[] cells = parser.parseNext();
        cells != null && rows.size() < most;
        cells = parser.parseNext()) {
      String[] header = parser.getContext().headers();
      if (cells.length != header.length) {
        throw new EvaluationException(
            "Cannot read %s: row %d has %d cells, the header has %d"
                .formatted(file, rows.size() + 1, cells.length, header.length));
      }
      SortedMap<String, Serializable> values = new TreeMap<>();
      for (int i = 0; i < cells.length; i++) {
        values.put(header[i], cells[i]);
      }
      rows.add(new TaskRow(file, rows.size() + 1, values));
    }
    parser.stopParsing();
    return rows;
  }
}
