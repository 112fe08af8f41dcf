package org.silotune.cli;

import java.lang.reflect.Constructor;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Gives subcommands the console they speak on. */
final class CommandFactory implements IFactory {

  private final Console console;

  CommandFactory(Console console) {
    this.console = console;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (Subcommand.class.isAssignableFrom(type)) {
      Constructor<K> constructor = type.getDeclaredConstructor(Console.class);
      return constructor.newInstance(console);
    }
    return CommandLine.defaultFactory().create(type);
  }
}
