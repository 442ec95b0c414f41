package dev.millrace.serde.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.internal.RecordHandles;
import dev.millrace.serde.internal.Unchecked;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A record as an object. Immutable. */
final class RecordShape extends JsonShape {
    private static final MethodType GET = MethodType.methodType(Object.class, Object.class);

    private final SerializedString[] names;
    private final JsonShape[] parts;
    private final Map<String, Integer> places = new HashMap<>();
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    RecordShape(RecordLayout layout) {
        List<LayoutField> fields = layout.fields();
        RecordHandles handles = new RecordHandles(layout);
        names = new SerializedString[fields.size()];
        parts = new JsonShape[fields.size()];
        accessors = new MethodHandle[fields.size()];
        for (LayoutField field : fields) {
            int i = field.position();
            names[i] = new SerializedString(field.name());
            parts[i] = of(layout.type(), field.name(), field.fieldType());
            accessors[i] = handles.accessor(field).asType(GET);
            places.put(field.name(), i);
        }
        fields.forEach(field -> places.putIfAbsent(snakeCase(field.name()), field.position()));
        constructor = handles.constructor()
                .asType(handles.constructor().type().generic())
                .asSpreader(Object[].class, fields.size());
    }

    private static String snakeCase(String component) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < component.length(); i++) {
            char unit = component.charAt(i);
            if (Character.isUpperCase(unit) && i > 0 && !Character.isUpperCase(component.charAt(i - 1))) {
                name.append('_');
            }
            name.append(Character.toLowerCase(unit));
        }
        return name.toString();
    }

    @Override
    Object read(JsonParser in) throws IOException {
        expect(in, JsonToken.START_OBJECT, "an object");
        Object[] found = new Object[parts.length];
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            Integer place = places.get(in.currentName());
            in.nextToken();
            if (place == null) {
                in.skipChildren();
            } else if (found[place] != null) {
                throw malformed(in, "a property that was not there yet");
            } else {
                found[place] = parts[place].read(in);
            }
        }
        for (int i = 0; i < found.length; i++) {
            if (found[i] == null) {
                found[i] = parts[i].missing();
                if (found[i] == null) {
                    throw JsonException.ofMissing(column(in), path(in) + '/' + names[i].getValue());
                }
            }
        }
        try {
            return (Object) constructor.invokeExact(found);
        } catch (Throwable e) {
            throw Unchecked.rethrow(e);
        }
    }

    @Override
    void write(Object value, JsonGenerator out) throws IOException {
        out.writeStartObject();
        for (int i = 0; i < parts.length; i++) {
            Object part;
            try {
                part = (Object) accessors[i].invokeExact(value);
            } catch (Throwable e) {
                throw Unchecked.rethrow(e);
            }
            if (!(part instanceof Optional<?> optional) || optional.isPresent()) {
                out.writeFieldName(names[i]);
                parts[i].write(part, out);
            }
        }
        out.writeEndObject();
    }
}
