package org.silotune.prep.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.silotune.prep.source.ColumnMapping;

/** The resource that describes the data sets, one entry each. */
final class DatasetsJson {

  private static final String RESOURCE = "datasets.json";

  private DatasetsJson() {}

  static DatasetRegistry read() {
    try (var in = DatasetsJson.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("%s is not on the class path".formatted(RESOURCE));
      }
      return new DatasetRegistry(
          list(JsonMapper.builder().build().readTree(in), DatasetsJson::dataset));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCE, e);
    }
  }

  private static NamedDataset dataset(JsonNode entry) {
    return new NamedDataset(
        entry.required("name").textValue(),
        entry.required("summary").textValue(),
        entry.required("licence").textValue(),
        text(entry, "terms"),
        list(entry.required("files"), JsonNode::textValue),
        columns(entry.path("columns")),
        text(entry, "silo-column"),
        list(entry.required("downloads"), DatasetsJson::download));
  }

  private static ColumnMapping columns(JsonNode entry) {
    var standard = ColumnMapping.defaults();
    return new ColumnMapping(
        text(entry, "instruction").orElse(standard.instruction()),
        text(entry, "input").orElse(standard.input()),
        text(entry, "output").orElse(standard.output()),
        text(entry, "messages"),
        text(entry, "category").orElse(standard.category()),
        text(entry, "id"));
  }

  private static DatasetDownload download(JsonNode entry) {
    return new DatasetDownload(
        URI.create(entry.required("address").textValue()),
        text(entry, "sha256"),
        text(entry, "unpack"));
  }

  private static Optional<String> text(JsonNode entry, String key) {
    return Optional.ofNullable(entry.path(key).textValue());
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> made) {
    List<T> list = new ArrayList<>();
    array.forEach(element -> list.add(made.apply(element)));
    return list;
  }
}
