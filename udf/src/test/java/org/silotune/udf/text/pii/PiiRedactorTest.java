package org.silotune.udf.text.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PiiRedactorTest {

  private static final PiiRedactor REDACTOR = PiiRedactor.standard();

  @Test
  void everyKindHasItsPlaceholder() {
    assertThat(
            REDACTOR.redact(
                "Write to ada.lovelace+x@mail.example.co.uk, call +44 20 7946 0958, pay to"
                    + " DE89 3704 0044 0532 0130 00 or with 4111 1111 1111 1111 from 192.168.10.7."))
        .isEqualTo("Write to [EMAIL], call [PHONE], pay to [IBAN] or with [CARD] from [IP].");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b.de",
        "first.last@sub.example.org",
        "o'neil_99%x@example.museum",
        "\u00fcser@b\u00fccher.example",
      })
  void emails(String address) {
    assertThat(REDACTOR.redact("<" + address + ">,")).isEqualTo("<[EMAIL]>,");
  }

  /** The examples of the IBAN registry. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GB29NWBK60161331926819",
        "GB29 NWBK 6016 1331 9268 19",
        "FR14 2004 1010 0505 0001 3M02 606",
        "NO93 8601 1117 947",
        "MT84MALT011000012345MTLCAST001S",
        "ch93 0076 2011 6238 5295 7",
        "SA03 8000 0000 6080 1016 7519"
      })
  void ibans(String number) {
    assertThat(REDACTOR.redact("to " + number + " please")).isEqualTo("to [IBAN] please");
    String wrong = number.substring(0, number.length() - 1) + (number.endsWith("9") ? '8' : '9');
    assertThat(REDACTOR.redact("to " + wrong + " please")).isNotEqualTo("to [IBAN] please");
  }

  /** Test numbers that the card networks publish. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111111111111111",
        "4222222222222",
        "5555 5555 5555 4444",
        "2223-0031-2200-3222",
        "3782 822463 10005",
        "6011000990139424",
        "30569309025904"
      })
  void cards(String number) {
    assertThat(REDACTOR.redact("card " + number + ", 12/26")).isEqualTo("card [CARD], 12/26");
    assertThat(REDACTOR.redact("card " + number + " 12/26")).isEqualTo("card [CARD] 12/26");
    char last = number.charAt(number.length() - 1);
    String wrong = number.substring(0, number.length() - 1) + (char) (last == '9' ? '0' : last + 1);
    assertThat(REDACTOR.redact("no " + wrong)).doesNotContain("CARD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "255.255.255.255",
        "2001:db8::8a2e:370:7334",
        "2001:0db8:0000:0000:0000:ff00:0042:8329",
        "fe80::1ff:fe23:4567:890a",
        "::ffff:192.0.2.128"
      })
  void ipAddresses(String address) {
    assertThat(REDACTOR.redact("host " + address + ": up")).isEqualTo("host [IP]: up");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+49 30 901820",
        "+1 (555) 123-4567",
        "(555) 123-4567",
        "555-123-4567",
        "1-555-123-4567",
        "555.123.4567",
        "030 901820",
        "(020) 7946 0958",
        "0171/1234567",
        "01 23 45 67 89",
        "044 668 18 00"
      })
  void phones(String number) {
    assertThat(REDACTOR.redact("Tel. " + number + ".")).isEqualTo("Tel. [PHONE].");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "On 01.02.2024 and 2024-01-15 at 08:30-17:30 and 12:30:45",
        "version 3.14.15, 1.2.3.4.5 and 300.1.2.3",
        "since the 0.11.0.0 release, Kafka offers; bound to 0.0.0.0",
        "signed into law as Public Act 098-1142",
        "2000000 + 1250000 = 3250000, 2000000+1250000 and x=+12500000",
        "(+ 100 200 300), sizes 100 200 3000 400, a profit of $+12500000",
        "+1500000 and +1 500 000",
        "std::vector, A::B, x[1::2], y[::10] and 00:1A:2B:3C:4D:5E",
        "1234567890 orders, 3.1415926535 and 1,000,000.00 dollars",
        "user@localhost, @handle, a @ b and 5@",
        "order 1234567890123456 of 4111 1111 1111 1112",
        "DE00 0000 0000 0000 0000 00 and XX82 1234 5678 9012"
      })
  void whatOnlyLooksLikePersonalDataStays(String text) {
    assertThat(REDACTOR.redact(text)).isEqualTo(text);
  }

  @Test
  void addressesAreFoundBehindColonsAndInTheirAsciiForm() {
    assertThat(REDACTOR.redact("IP:10.0.0.7 and src:192.168.1.5:8080"))
        .isEqualTo("IP:[IP] and src:[IP]:8080");
    assertThat(REDACTOR.redact("a#b@x.org, ada@example.xn--p1ai and mailto:ada@x.org"))
        .isEqualTo("[EMAIL], [EMAIL] and mailto:[EMAIL]");
  }

  @Test
  void patternsOfUsersComeFirst() {
    PiiRedactor redactor =
        PiiRedactor.with(Map.of("STAFF", "E-\\d{4}", "DOMAIN", "(?i)[a-z.]+@acme\\.example"));
    assertThat(redactor.redact("E-1234 is ada@acme.example, not ada@other.example"))
        .isEqualTo("[STAFF] is [DOMAIN], not [EMAIL]");
  }

  @Test
  void redactingAgainChangesNothing() {
    String once = REDACTOR.redact("a@b.de 10.0.0.1 +49 30 901820 4111111111111111");
    assertThat(once).isEqualTo("[EMAIL] [IP] [PHONE] [CARD]");
    assertThat(REDACTOR.redact(once)).isEqualTo(once);
  }

  @Test
  void spansAreOfTheTextInOrderAndApart() {
    assertThat(REDACTOR.find("a@b.de and 10.0.0.1"))
        .containsExactly(new PiiSpan("EMAIL", 0, 6), new PiiSpan("IP", 11, 19));
    assertThat(REDACTOR.find("")).isEmpty();
  }

  @Test
  void longTextsWithoutPersonalDataAreReadOnce() {
    String digits = "0123456789 ".repeat(20_000);
    String words = "word.word-word_".repeat(20_000);
    String colons = "ab:cd:".repeat(20_000);
    String addresses = "10.0.0.1 ada@x.org ".repeat(20_000);
    assertThat(REDACTOR.find(addresses)).hasSize(40_000);
    assertThat(REDACTOR.find(words + "@")).isEmpty();
    assertThat(REDACTOR.find(colons)).isEmpty();
    REDACTOR.find(digits); // ends
  }

  @Test
  void badPatternsAreNamed() {
    assertThatThrownBy(() -> PiiRedactor.with(Map.of("staff", "x")))
        .hasMessage(
            "Invalid pattern name 'staff': must be 1 to 32 of A to Z, 0 to 9 and underscore, a letter first");
    assertThatThrownBy(() -> PiiRedactor.with(Map.of("STAFF", "E-(\\d")))
        .hasMessage("Invalid pattern STAFF 'E-(\\d': Unclosed group at character 5");
    assertThatThrownBy(() -> PiiRedactor.with(Map.of("STAFF", "\\d*")))
        .hasMessage("Invalid pattern STAFF '\\d*': it matches the empty text");
  }
}
