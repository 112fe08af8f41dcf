package org.silotune.prep.stage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import opennlp.tools.langdetect.Language;
import opennlp.tools.langdetect.LanguageDetectorME;
import opennlp.tools.langdetect.LanguageDetectorModel;

/**
 * What language a text is in, by Apache OpenNLP's model of 103 languages, which the build carries.
 *
 * @param language the likeliest
 * @param ratio how many times as likely it is as the likeliest of the languages asked for; 1 if it
 *     is one of them
 */
record LanguageGuess(String language, double ratio) {

  /** The model's time grows with the text, and this many characters leave no doubt. */
  private static final int LONGEST = 1000;

  private static final String MODEL = "/langdetect-183.bin";

  /** One model a JVM, loaded when it is first asked for; it is not changed by use. */
  private static final class Resident {

    private static final LanguageDetectorModel MODEL_OF_THIS_JVM = load();

    private static LanguageDetectorModel load() {
      try (InputStream in = LanguageGuess.class.getResourceAsStream(MODEL)) {
        if (in == null) {
          throw new IllegalStateException("The build lacks " + MODEL);
        }
        return new LanguageDetectorModel(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static LanguageDetectorME detector() {
    return new LanguageDetectorME(Resident.MODEL_OF_THIS_JVM);
  }

  /** Returns the codes of the languages that are told apart, in order. */
  static List<String> languages() {
    return Stream.of(detector().getSupportedLanguages()).sorted().toList();
  }

  /**
   * Guesses.
   *
   * @param asked codes of {@link #languages}
   */
  static LanguageGuess of(String text, List<String> asked) {
    int end = Math.min(text.length(), LONGEST);
    Language[] byLikelihood = detector().predictLanguages(text.substring(0, end));
    double best = 0;
    String language = "";
    double bestAsked = 0;
    for (Language each : byLikelihood) {
      if (each.getConfidence() > best) {
        best = each.getConfidence();
        language = each.getLang();
      }
      if (asked.contains(each.getLang())) {
        bestAsked = Math.max(bestAsked, each.getConfidence());
      }
    }
    return new LanguageGuess(language, best == bestAsked ? 1 : best / bestAsked);
  }

  @Override
  public String toString() {
    return ratio >= 1000
        ? "%s is more than 1000 times as likely".formatted(language)
        : String.format(Locale.ROOT, "%s is %.1f times as likely", language, ratio);
  }
}
