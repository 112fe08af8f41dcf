package org.silotune.udf.text;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The figures by which filters of large corpora tell prose from debris. Words are what white space
 * separates, lines are what line feeds separate, blank ones left out; a share of nothing is 0.
 *
 * <p>Source: Rae et al., "Scaling Language Models: Methods, Analysis and Insights from Training
 * Gopher", arXiv 2112.11446, appendix A.1.1, whose bounds are named with each figure.
 *
 * @param characters Unicode code points of the text
 * @param words Gopher keeps 50 to 100,000
 * @param meanWordLength code points a word; Gopher keeps 3 to 10
 * @param symbolRatio occurrences of {@code #}, {@code ...} and U+2026 over words; at most 0.1
 * @param alphabeticWords share of words with a letter; at least 0.8
 * @param bulletLines share of lines that begin with {@code -}, {@code *} or a bullet; at most 0.9
 * @param ellipsisLines share of lines that end with an ellipsis; at most 0.3
 * @param stopWords how many of {@code the be to of and that have with} occur; at least 2
 * @param duplicateLines share of lines that stand further up already; at most 0.3
 * @param distinctWords different words, in lower case, over words
 */
public record TextQuality(
    int characters,
    int words,
    double meanWordLength,
    double symbolRatio,
    double alphabeticWords,
    double bulletLines,
    double ellipsisLines,
    int stopWords,
    double duplicateLines,
    double distinctWords) {

  private static final Pattern WHITE_SPACE = Pattern.compile("(?U)\\s+");
  private static final Pattern LINE_FEED = Pattern.compile("\n");
  private static final Pattern SYMBOL = Pattern.compile("#|\\.\\.\\.|\u2026");
  private static final Pattern BULLET = Pattern.compile("^[-*\u2022\u2023\u25E6\u2043\u2219]");
  private static final Pattern ELLIPSIS_END = Pattern.compile("(?:\\.\\.\\.|\u2026)$");
  private static final Set<String> STOP_WORDS =
      Set.of("the", "be", "to", "of", "and", "that", "have", "with");

  /** Measures a text. */
  public static TextQuality of(String text) {
    List<String> words = WHITE_SPACE.splitAsStream(text).filter(word -> !word.isEmpty()).toList();
    List<String> lines =
        LINE_FEED
            .splitAsStream(text)
            .map(line -> WHITE_SPACE.matcher(line).replaceAll(" ").strip())
            .filter(line -> !line.isEmpty())
            .toList();
    List<String> folded = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    Set<String> vocabulary = new HashSet<>(folded);
    return new TextQuality(
        text.codePointCount(0, text.length()),
        words.size(),
        share(words.stream().mapToLong(word -> word.codePointCount(0, word.length())).sum(), words),
        share(SYMBOL.matcher(text).results().count(), words),
        share(words.stream().filter(TextQuality::hasLetter).count(), words),
        share(lines.stream().filter(line -> BULLET.matcher(line).find()).count(), lines),
        share(lines.stream().filter(line -> ELLIPSIS_END.matcher(line).find()).count(), lines),
        (int) STOP_WORDS.stream().filter(vocabulary::contains).count(),
        share(lines.size() - (long) new HashSet<>(lines).size(), lines),
        share(vocabulary.size(), words));
  }

  private static boolean hasLetter(String word) {
    return word.codePoints().anyMatch(Character::isLetter);
  }

  private static double share(long count, List<?> all) {
    return all.isEmpty() ? 0 : (double) count / all.size();
  }
}
