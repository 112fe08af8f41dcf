package org.silotune.prep.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.silotune.prep.PreparationException;

final class RecordScannerTest {

  private static final ByteScanner.Place SEVENTH = new ByteScanner.Place(7, 0);

  @TempDir Path temp;

  @Test
  void linesHaveTheOffsetsOfTheirFirstBytes() throws IOException {
    SourceFile file = file("a.jsonl", "{\"é\":1}\n\n  \r\n{}\r\nlast");

    assertThat(records(slice(file, SourceFormat.JSONL)))
        .containsExactly("0:{\"é\":1}", "14:{}\r", "18:last");
  }

  @Test
  void compressedLinesHaveTheOffsetsOfTheUncompressedText() throws IOException {
    Path path = temp.resolve("a.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(path))) {
      out.write("one\ntwo\n".getBytes(StandardCharsets.UTF_8));
    }
    SourceFile file = new SourceFile(path.toUri().toString(), "a.jsonl.gz", Files.size(path));

    assertThat(file.isSplittable()).isFalse();
    assertThat(records(slice(file, SourceFormat.JSONL))).containsExactly("0:one", "4:two");
  }

  @Test
  void anyCutIntoSlicesGivesTheSameLines() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      text.append("x".repeat(random.nextInt(12))).append(random.nextInt(5) == 0 ? "\n\n" : "\n");
    }
    SourceFile file = file("b.jsonl", text.toString());
    List<String> whole = records(slice(file, SourceFormat.JSONL));

    for (int sliceBytes : new int[] {1, 2, 7, 64, 1000}) {
      List<String> cut = new ArrayList<>();
      for (TextSlice slice :
          TextSlice.of(new SourceListing(SourceFormat.JSONL, List.of(file)), sliceBytes)) {
        cut.addAll(records(slice));
      }
      assertThat(cut).as("slices of %d bytes", sliceBytes).isEqualTo(whole);
    }
  }

  @Test
  void recordsKnowTheLineFeedsBeforeThem() throws IOException {
    SourceFile csv = file("q.csv", "a,b\n\n1,\"x\ny\"\n2,3\n");
    assertThat(lineFeeds(slice(csv, SourceFormat.CSV))).containsExactly(2L, 4L);
    SourceFile array = file("r.json", "[\n{},\n\n{\n}]");
    assertThat(lineFeeds(slice(array, SourceFormat.JSON))).containsExactly(1L, 3L);
    SourceFile lines = file("s.jsonl", "a\n\nb\n" + "c".repeat(70_000) + "\nd\n");
    assertThat(lineFeeds(slice(lines, SourceFormat.JSONL))).containsExactly(0L, 2L, 3L, 4L);
    try (ByteScanner bytes = lines.open(0)) {
      assertThat(bytes.lineFeedsUntil(3)).isEqualTo(2);
      assertThat(bytes.lineFeedsUntil(70_006)).isEqualTo(2);
      assertThat(bytes.lineFeedsUntil(Long.MAX_VALUE)).isEqualTo(1);
    }
  }

  @Test
  void byteOrderMarkIsNoPartOfTheFirstRecord() throws IOException {
    assertThat(records(slice(file("c.jsonl", "\ufeff{}"), SourceFormat.JSONL)))
        .containsExactly("3:{}");
  }

  @Test
  void arrayIsCutAtItsOwnCommas() throws IOException {
    SourceFile file =
        file("d.json", " [ {\"a\": \"],\\\"{\", \"b\": [1, 2]}\n, {\"a\": {}} ,\n3]\n");

    assertThat(records(slice(file, SourceFormat.JSON)))
        .containsExactly("3:{\"a\": \"],\\\"{\", \"b\": [1, 2]}\n", "33:{\"a\": {}} ", "45:3");
  }

  @Test
  void emptyElementsOfAnArrayAreRecordsOfTheirOwnAndAnEmptyArrayHasNone() throws IOException {
    assertThat(records(slice(file("h.json", "[{}, , {},]"), SourceFormat.JSON)))
        .containsExactly("1:{}", "5:", "7:{}", "10:");
    assertThat(records(slice(file("i.json", "[ ]"), SourceFormat.JSON))).isEmpty();
    assertRejected(
        new JsonParser(),
        record(""),
        QuarantineReason.MALFORMED_JSON,
        "expected an object, found nothing");
  }

  @Test
  void jsonThatIsNoArrayIsReadByLines() throws IOException {
    assertThat(records(slice(file("e.json", "{}\n{}\n"), SourceFormat.JSON)))
        .containsExactly("0:{}", "3:{}");
  }

  @Test
  void whatCannotBeCutOfAnArrayIsOneBadRecord() throws IOException {
    assertThat(records(slice(file("f.json", "[{\"a\": 1}, {\"a\": "), SourceFormat.JSON)))
        .containsExactly(
            "1:{\"a\": 1}",
            "11:unreadable-rest: the array is not closed; the file has 6 more bytes from here on");
    assertThat(records(slice(file("k.json", "[{\"a\": \"x, {}]\\"), SourceFormat.JSON)))
        .containsExactly(
            "1:unreadable-rest: the array is not closed; the file has 14 more bytes from here on");
    assertThat(records(slice(file("l.json", "[{}, "), SourceFormat.JSON)))
        .containsExactly(
            "1:{}",
            "5:unreadable-rest: the array is not closed; the file has 0 more bytes from here on");
    assertThat(records(slice(file("m.json", "[{}] \n[{}]\n"), SourceFormat.JSON)))
        .containsExactly(
            "1:{}",
            "6:unreadable-rest: there is more after the array; the file has 5 more bytes from here on");
    assertThat(records(slice(file("n.json", "[] 1"), SourceFormat.JSON)))
        .containsExactly(
            "3:unreadable-rest: there is more after the array; the file has 1 more bytes from here on");
  }

  @Test
  void ofARecordWithoutAnEndOnlyTheLengthIsKept() {
    RecordBytes bytes = new RecordBytes(3);
    "abc".chars().forEach(bytes::add);
    assertThat(bytes.at(SEVENTH).bytes()).asString(StandardCharsets.UTF_8).isEqualTo("abc");
    bytes.add('d');
    RawRecord tooLong = bytes.at(SEVENTH);
    assertThat(tooLong.bytes()).isEmpty();
    assertThat(tooLong.isBlank()).isFalse();
    assertRejected(
        new JsonParser(),
        tooLong,
        QuarantineReason.OVERSIZED_RECORD,
        "4 bytes, a record may have 3");
    assertRejected(
        new JsonParser(),
        bytes.rest(SEVENTH, "no end"),
        QuarantineReason.UNREADABLE_REST,
        "no end; the file has 4 more bytes from here on");
  }

  @Test
  void aLineBeyondTheBoundIsOneBadRecordAndTheNextOneIsRead() throws IOException {
    Path path = temp.resolve("o.jsonl");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
      for (int i = 0; i <= RecordBytes.LIMIT; i++) {
        out.write('x');
      }
      out.write("\n{}\n".getBytes(StandardCharsets.UTF_8));
    }
    SourceFile file = new SourceFile(path.toUri().toString(), "o.jsonl", Files.size(path));

    assertThat(records(slice(file, SourceFormat.JSONL)))
        .containsExactly(
            "0:oversized-record: 67108865 bytes, a record may have 67108864", "67108866:{}");
  }

  @Test
  void csvFieldsMayHoldCommasQuotesAndLineFeeds() throws Exception {
    SourceFile file = file("g.csv", "a,b\r\n\"x, \"\"y\"\"\nz\",2\r\n,\n");
    TextSlice.Reading reading = slice(file, SourceFormat.CSV).open();

    RawRecord first = reading.scanner().next().orElseThrow();
    assertThat(first.offset()).isEqualTo(5);
    ObjectNode row = reading.parser().parse(first);
    assertThat(row.get("a").asText()).isEqualTo("x, \"y\"\nz");
    assertThat(row.get("b").asText()).isEqualTo("2");
    ObjectNode empty = reading.parser().parse(reading.scanner().next().orElseThrow());
    assertThat(empty.get("a").asText()).isEmpty();
    assertThat(reading.scanner().next()).isEmpty();
  }

  @Test
  void malformedCsvIsRejectedAndAMalformedHeaderAnError() throws Exception {
    TextSlice.Reading reading =
        slice(file("h.csv", "a,b\n1,2,3\n\"1\"x,2\n"), SourceFormat.CSV).open();
    assertRejected(
        reading.parser(),
        reading.scanner().next().orElseThrow(),
        QuarantineReason.MALFORMED_CSV,
        "3 fields, the header has 2");
    assertRejected(
        reading.parser(),
        reading.scanner().next().orElseThrow(),
        QuarantineReason.MALFORMED_CSV,
        "text after the closing quote of a field (character 3 of the record)");

    SourceFile open = file("i.csv", "a,b\n1,2\n3,\"4\n5,6\n");
    assertThat(records(slice(open, SourceFormat.CSV)))
        .containsExactly(
            "4:1,2",
            "8:unreadable-rest: the quote at byte 10 is never closed; the file has 9 more bytes from here on");
    SourceFile header = file("p.csv", "a,\"b\n1,2\n");
    assertThatThrownBy(() -> records(slice(header, SourceFormat.CSV)))
        .isInstanceOf(PreparationException.class)
        .hasMessage(
            "Cannot read p.csv: the header is malformed: the quote at byte 2 is never closed; the file has 9 more bytes from here on");
    SourceFile twice = file("j.csv", "a,a\n1,2\n");
    assertThatThrownBy(() -> records(slice(twice, SourceFormat.CSV)))
        .hasMessage("Cannot read j.csv: the header names column a twice");
  }

  @Test
  void ofAFileThatGrowsALastRecordWithoutAnEndIsLeftOut() throws IOException {
    assertLeftOut(SourceFormat.JSONL, "{}\n{\"n\": 1", "0:{}");
    assertLeftOut(SourceFormat.JSONL, "{}\n{\"n\": 1}", "0:{}"); // who knows what follows
    assertLeftOut(SourceFormat.JSON, "[{}, {\"n\": 1}", "1:{}");
    assertLeftOut(SourceFormat.CSV, "a,n\n1,2\n1,17", "4:1,2");
    assertLeftOut(SourceFormat.CSV, "a,n\n1,2\n1,\"x\n", "4:1,2"); // a line feed of a text
    assertThat(slice(file("q.csv", "a,n\n1,2\n"), SourceFormat.CSV).hasOpenEnd()).isFalse();
    assertThat(records(slice(file("r.csv", "a,nu").growing(), SourceFormat.CSV))).isEmpty();
  }

  private void assertLeftOut(SourceFormat format, String text, String... kept) throws IOException {
    SourceFile file = file("growing." + format.label(), text);
    assertThat(slice(file, format).hasOpenEnd()).isTrue();
    assertThat(records(slice(file, format))).hasSize(kept.length + 1);
    assertThat(records(slice(file.growing(), format))).containsExactly(kept);
    assertThat(slice(file.growing(), format).hasOpenEnd()).isFalse();
  }

  @Test
  void recordThatIsNoJsonObjectIsRejected() {
    JsonParser parser = new JsonParser();
    assertMalformed(parser, "[1]", "expected an object, found array");
    assertMalformed(
        parser,
        "{\"a\": 1",
        "Unexpected end-of-input: expected close marker for Object (character 7 of the record)");
    assertMalformed(parser, "{} {}", "text after the end of the value (character 3 of the record)");
    assertMalformed(
        parser, "{\"a\":1,\"a\":2}", "Duplicate field 'a' (character 10 of the record)");
  }

  @Test
  void bytesThatAreNotUtf8AreRejectedWithTheirOffset() {
    byte[] bytes = "{\"a\": \"x?\"}".getBytes(StandardCharsets.US_ASCII);
    for (int bad : new int[] {0xff, 0xc0, 0x80}) {
      bytes[8] = (byte) bad;
      assertThatThrownBy(
              () -> new JsonParser().parse(new RawRecord(new ByteScanner.Place(100, 0), bytes)))
          .isInstanceOf(RejectedRecordException.class)
          .hasMessage("byte 0x%02x at offset 108 is not UTF-8", bad);
    }
  }

  @Test
  void aReplacementCharacterThatIsWrittenOutIsText() throws Exception {
    String text = "a\ufffd\u4e16";
    ObjectNode row = new JsonParser().parse(record("{\"a\": \"%s\"}".formatted(text)));
    assertThat(row.get("a").asText()).isEqualTo(text);
  }

  @Test
  void numbersKeepTheirDigits() throws Exception {
    ObjectNode row = new JsonParser().parse(record("{\"a\": 1.50, \"b\": 12345678901234567890}"));
    assertThat(row.get("a").asText()).isEqualTo("1.50");
    assertThat(row.get("b").asText()).isEqualTo("12345678901234567890");
  }

  private static void assertMalformed(RecordParser parser, String text, String detail) {
    assertRejected(parser, record(text), QuarantineReason.MALFORMED_JSON, detail);
  }

  private static void assertRejected(
      RecordParser parser, RawRecord record, QuarantineReason reason, String detail) {
    assertThatThrownBy(() -> parser.parse(record))
        .isInstanceOfSatisfying(
            RejectedRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessage(detail);
  }

  private static RawRecord record(String text) {
    return new RawRecord(new ByteScanner.Place(0, 0), text.getBytes(StandardCharsets.UTF_8));
  }

  private static TextSlice slice(SourceFile file, SourceFormat format) {
    return new TextSlice(file, format, 0, Long.MAX_VALUE);
  }

  private static List<String> records(TextSlice slice) throws IOException {
    List<String> records = new ArrayList<>();
    try (RecordScanner scanner = slice.open().scanner()) {
      for (Optional<RawRecord> r = scanner.next(); r.isPresent(); r = scanner.next()) {
        records.add(r.get().offset() + ":" + text(r.get()));
      }
    }
    return records;
  }

  private static List<Long> lineFeeds(TextSlice slice) throws IOException {
    List<Long> lineFeeds = new ArrayList<>();
    try (RecordScanner scanner = slice.open().scanner()) {
      for (Optional<RawRecord> r = scanner.next(); r.isPresent(); r = scanner.next()) {
        lineFeeds.add(r.get().place().lineFeeds());
      }
    }
    return lineFeeds;
  }

  private static String text(RawRecord record) {
    return record
        .rejection()
        .map(why -> why.reason().label() + ": " + why.getMessage())
        .orElseGet(() -> new String(record.bytes(), StandardCharsets.UTF_8));
  }

  private SourceFile file(String name, String text) throws IOException {
    Path path = Files.writeString(temp.resolve(name), text);
    return new SourceFile(path.toUri().toString(), name, Files.size(path));
  }
}
