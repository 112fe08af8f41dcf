package org.silotune.fed.run;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.util.OptionalDouble;

/** Numbers that may be missing, in JSON: null where one is. */
public final class OptionalNumbers extends SimpleModule {

  private static final long serialVersionUID = 1L;

  /** The module of a mapper. */
  public OptionalNumbers() {
    super("optional numbers");
    addSerializer(new Writer());
    addDeserializer(OptionalDouble.class, new Reader());
  }

  private static final class Writer extends StdSerializer<OptionalDouble> {

    private static final long serialVersionUID = 1L;

    Writer() {
      super(OptionalDouble.class);
    }

    @Override
    public void serialize(OptionalDouble number, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      if (number.isPresent()) {
        json.writeNumber(number.getAsDouble());
      } else {
        json.writeNull();
      }
    }
  }

  private static final class Reader extends StdDeserializer<OptionalDouble> {

    private static final long serialVersionUID = 1L;

    Reader() {
      super(OptionalDouble.class);
    }

    @Override
    public OptionalDouble deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      return OptionalDouble.of(context.readValue(json, Double.class));
    }

    @Override
    public OptionalDouble getNullValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }

    @Override
    public OptionalDouble getAbsentValue(DeserializationContext context) {
      return OptionalDouble.empty();
    }
  }
}
