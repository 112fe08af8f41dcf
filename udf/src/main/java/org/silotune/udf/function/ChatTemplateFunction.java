package org.silotune.udf.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;
import org.silotune.llm.LlmException;
import org.silotune.llm.tokenizer.ChatMessage;
import org.silotune.llm.tokenizer.LoadedTokenizer;
import org.silotune.llm.tokenizer.OverlongPolicy;
import org.silotune.llm.tokenizer.PromptEncoder;
import org.silotune.udf.token.ExecutorTokenizer;

/**
 * {@code chat_template(messages, model[, template])}: a conversation as the model reads it, see
 * {@link PromptEncoder#text}. Messages are found by their fields' names, whatever their order.
 */
final class ChatTemplateFunction extends RowFunction {

  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final ArrayType MESSAGES =
      DataTypes.createArrayType(
          new StructType().add(ROLE, DataTypes.StringType).add(CONTENT, DataTypes.StringType));

  private transient @Nullable Loaded last;

  ChatTemplateFunction() {
    super(
        "chat_template",
        DataTypes.StringType,
        Parameter.required("messages", MESSAGES),
        Parameter.required("model", DataTypes.StringType),
        Parameter.optional("template", DataTypes.StringType));
  }

  @Override
  public String usage() {
    return "_FUNC_(messages, model[, template]) - Returns the conversation as the model reads it,"
        + " up to the next answer where the last turn is not the assistant's. messages is an array"
        + " of structs with role and content; template forces a chat template by name.";
  }

  @Override
  DataType accepted(int index, DataType given) {
    if (index > 0 || given instanceof NullType) {
      return super.accepted(index, given);
    }
    boolean fits =
        given instanceof ArrayType array
            && array.elementType() instanceof StructType message
            && isText(message, ROLE)
            && isText(message, CONTENT);
    if (!fits) {
      throw new LlmException(
          "Invalid messages of type %s: must be an array of structs with the texts role and content"
              .formatted(given.sql()));
    }
    return given;
  }

  @Override
  UTF8String evaluate(Arguments arguments) {
    StructType type = (StructType) ((ArrayType) arguments.types().get(0)).elementType();
    Optional<String> template =
        arguments.has(2) ? Optional.of(arguments.text(2)) : Optional.empty();
    PromptEncoder encoder = loaded(arguments.text(1), template).encoder();
    return UTF8String.fromString(encoder.text(messages(arguments.array(0), type)));
  }

  private static List<ChatMessage> messages(ArrayData array, StructType type) {
    int role = type.fieldIndex(field(type, ROLE).orElseThrow().name());
    int content = type.fieldIndex(field(type, CONTENT).orElseThrow().name());
    List<ChatMessage> messages = new ArrayList<>();
    for (int i = 0; i < array.numElements(); i++) {
      if (array.isNullAt(i)) {
        throw new LlmException("Invalid messages: message %d is null".formatted(i + 1));
      }
      InternalRow message = array.getStruct(i, type.size());
      if (message.isNullAt(role) || message.isNullAt(content)) {
        throw new LlmException(
            "Invalid messages: role or content of message %d is null".formatted(i + 1));
      }
      messages.add(
          new ChatMessage(
              message.getUTF8String(role).toString(), message.getUTF8String(content).toString()));
    }
    return messages;
  }

  private Loaded loaded(String model, Optional<String> template) {
    Loaded loaded = last;
    if (loaded == null || !loaded.model().equals(model) || !loaded.template().equals(template)) {
      LoadedTokenizer tokenizer = ExecutorTokenizer.get(model, template);
      loaded =
          new Loaded(
              model,
              template,
              new PromptEncoder(
                  tokenizer.tokenizer(),
                  tokenizer.template(),
                  Integer.MAX_VALUE,
                  OverlongPolicy.QUARANTINE));
      last = loaded;
    }
    return loaded;
  }

  private static boolean isText(StructType message, String name) {
    return field(message, name).filter(found -> found.dataType() instanceof StringType).isPresent();
  }

  private static Optional<StructField> field(StructType message, String name) {
    for (StructField each : message.fields()) {
      if (each.name().equalsIgnoreCase(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private record Loaded(String model, Optional<String> template, PromptEncoder encoder) {}
}
