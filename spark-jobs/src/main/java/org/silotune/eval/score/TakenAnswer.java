package org.silotune.eval.score;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.silotune.eval.task.AnswerConfig;

/**
 * What a regular expression takes of a text, as the filter {@code regex} of lm-evaluation-harness
 * 0.4 does: of a find its first group that found something, the whole find where there are no
 * groups, {@value #NOTHING} where nothing is found; without white space at its ends.
 */
final class TakenAnswer {

  static final String NOTHING = "[invalid]";

  private TakenAnswer() {}

  static String of(AnswerConfig config, String text) {
    Matcher matcher = Pattern.compile(config.pattern()).matcher(text);
    List<String> finds = new ArrayList<>();
    while (matcher.find()) {
      finds.add(find(matcher));
    }
    if (finds.isEmpty()) {
      return NOTHING;
    }
    return switch (config.take().orElse(AnswerConfig.Take.FIRST)) {
      case FIRST -> finds.get(0).strip();
      case LAST -> finds.get(finds.size() - 1).strip();
    };
  }

  private static String find(Matcher matcher) {
    if (matcher.groupCount() == 0) {
      return matcher.group();
    }
    for (int group = 1; group <= matcher.groupCount(); group++) {
      String found = matcher.group(group);
      if (found != null && !found.isEmpty()) {
        return found;
      }
    }
    return matcher.groupCount() == 1 ? "" : NOTHING;
  }
}
