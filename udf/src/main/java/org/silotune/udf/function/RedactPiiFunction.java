package org.silotune.udf.function;

import java.util.Map;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.silotune.udf.text.pii.PiiRedactor;

/** {@code redact_pii(text[, patterns])}, see {@link PiiRedactor}. */
final class RedactPiiFunction extends RowFunction {

  private static final PiiRedactor STANDARD = PiiRedactor.standard();

  private transient @Nullable Compiled last;

  RedactPiiFunction() {
    super(
        "redact_pii",
        DataTypes.StringType,
        Parameter.required("text", DataTypes.StringType),
        Parameter.optional(
            "patterns", DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType)));
  }

  @Override
  public String usage() {
    return "_FUNC_(text[, patterns]) - Returns the text with [EMAIL], [IBAN], [CARD], [IP] and"
        + " [PHONE] in place of personal data, and the names of the regular expressions in the"
        + " map patterns in place of what they match.";
  }

  @Override
  UTF8String evaluate(Arguments arguments) {
    PiiRedactor redactor =
        arguments.has(1) ? compiled(arguments.texts(1, "patterns")).redactor() : STANDARD;
    return UTF8String.fromString(redactor.redact(arguments.text(0)));
  }

  private Compiled compiled(Map<String, String> patterns) {
    Compiled compiled = last;
    if (compiled == null || !compiled.patterns().equals(patterns)) {
      compiled = new Compiled(patterns, PiiRedactor.with(patterns));
      last = compiled;
    }
    return compiled;
  }

  private record Compiled(Map<String, String> patterns, PiiRedactor redactor) {}
}
