package org.silotune.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.silotune.llm.NearestName;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in the words of all other messages. */
final class UsageText {

  private final CommandSpec command;

  private UsageText(CommandSpec command) {
    this.command = command;
  }

  static String of(ParameterException failure) {
    var command = failure.getCommandLine().getCommandSpec();
    return "%s; see %s --help"
        .formatted(new UsageText(command).said(failure), command.qualifiedName());
  }

  private String said(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched) {
      return unknown(unmatched.getUnmatched().get(0));
    }
    if (failure instanceof MissingParameterException missing) {
      return missing.getMissing().stream()
          .map(UsageText::missing)
          .collect(Collectors.joining("; and "));
    }
    if (failure instanceof OverwrittenOptionException twice) {
      return "Invalid %s: it is given twice; give it once".formatted(name(twice.getOverwritten()));
    }
    if (failure.getArgSpec() != null && failure.getValue() != null) {
      return invalid(failure.getArgSpec(), failure.getValue());
    }
    return withoutPeriod(String.valueOf(failure.getMessage()));
  }

  private String unknown(String typed) {
    if (typed.startsWith("-") && typed.length() > 1) {
      var option = typed.split("=", 2)[0];
      var known = command.options().stream().map(OptionSpec::longestName).sorted().toList();
      return unknown("option", option, " of " + command.qualifiedName(), known);
    }
    if (!command.subcommands().isEmpty()) {
      return unknown("command", typed, "", subcommands(command));
    }
    var taken =
        command.positionalParameters().stream()
            .map(PositionalParamSpec::paramLabel)
            .collect(Collectors.joining(" "));
    return "Unknown argument %s: %s takes %s; put a text with spaces in quotes"
        .formatted(
            typed, command.qualifiedName(), taken.isEmpty() ? "options only" : taken + " only");
  }

  /** Returns the names of the commands in a command, in the order of its help. */
  static List<String> subcommands(CommandSpec command) {
    return command.subcommands().values().stream()
        .map(line -> line.getCommandSpec().name())
        .distinct()
        .toList();
  }

  private static String unknown(String what, String typed, String of, Collection<String> known) {
    return "Unknown %s %s%s%s: known are %s"
        .formatted(what, typed, of, NearestName.hint(typed, known), String.join(", ", known));
  }

  private static String missing(ArgSpec argument) {
    var label =
        argument.isOption() ? name(argument) + " " + argument.paramLabel() : argument.paramLabel();
    var description = withoutPeriod(String.join(" ", argument.description()));
    return "Missing %s: %s"
        .formatted(
            label, description.substring(0, 1).toLowerCase(Locale.ROOT) + description.substring(1));
  }

  private static String invalid(ArgSpec argument, String value) {
    var type = argument.auxiliaryTypes()[0];
    if (type.isEnum()) {
      var known =
          Arrays.stream(type.getEnumConstants())
              .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
              .toList();
      return unknown(name(argument), value, "", known);
    }
    return "Invalid %s %s: must be %s".formatted(name(argument), value, kind(type));
  }

  private static String kind(Class<?> type) {
    if (type == Path.class) {
      return "a path";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    boolean whole =
        Stream.of(int.class, Integer.class, long.class, Long.class).anyMatch(type::equals);
    return whole ? "a whole number" : "a number";
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static String withoutPeriod(String message) {
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }
}
