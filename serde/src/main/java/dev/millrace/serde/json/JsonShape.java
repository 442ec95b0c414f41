package dev.millrace.serde.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.millrace.serde.FieldKind;
import dev.millrace.serde.FieldType;
import dev.millrace.serde.RecordLayout;
import dev.millrace.serde.UnsupportedTypeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How values of one type look in JSON: a tree, as the type is one. Immutable. */
abstract class JsonShape {
    /** Reads the value whose first token the parser stands on, up to its last token. */
    abstract Object read(JsonParser in) throws IOException;

    abstract void write(Object value, JsonGenerator out) throws IOException;

    /** What stands for a property that is not there; null if it must be. */
    @Nullable
    Object missing() {
        return null;
    }

    /**
     * The shape of a part of a type.
     *
     * @param root the type that the user gave, and {@code path} the component, for refusals
     */
    static JsonShape of(Class<?> root, String path, FieldType type) {
        if (type instanceof FieldType.RecordOf record) {
            return new RecordShape(record.layout());
        } else if (type instanceof FieldType.UnionOf union) {
            return new UnionShape(union);
        } else if (type instanceof FieldType.ListOf list) {
            return new ListShape(of(root, path, list.element()));
        } else if (type instanceof FieldType.ArrayOf array) {
            return new ArrayShape(array);
        } else if (type instanceof FieldType.MapOf map) {
            if (!PlainShape.hasText(map.key().kind())) {
                throw new UnsupportedTypeException(
                        root,
                        path,
                        map.key().javaType(),
                        "a key of a JSON object is one text, not a value with parts; use a text, a number, an enum or a time");
            }
            return new MapShape(new PlainShape(map.key()), of(root, path, map.value()));
        } else if (type instanceof FieldType.OptionalOf optional) {
            if (optional.value().kind() == FieldKind.OPTIONAL) {
                throw new UnsupportedTypeException(
                        root, path, Optional.class, "JSON has one null only; use an Optional of a value");
            }
            return new OptionalShape(of(root, path, optional.value()));
        }
        return new PlainShape(type);
    }

    /** The exception that says what the parser should stand on. */
    static JsonException malformed(JsonParser in, String expected) throws IOException {
        return JsonException.ofValue(column(in), path(in), String.valueOf(in.getText()), expected);
    }

    static int column(JsonParser in) {
        return Math.max(1, in.currentTokenLocation().getColumnNr());
    }

    static String path(JsonParser in) {
        return in.getParsingContext().pathAsPointer().toString();
    }

    static void expect(JsonParser in, JsonToken token, String expected) throws IOException {
        if (in.currentToken() != token) {
            throw malformed(in, expected);
        }
    }

    private static final class OptionalShape extends JsonShape {
        private final JsonShape value;

        OptionalShape(JsonShape value) {
            this.value = value;
        }

        @Override
        Object read(JsonParser in) throws IOException {
            return in.currentToken() == JsonToken.VALUE_NULL ? Optional.empty() : Optional.of(value.read(in));
        }

        @Override
        void write(Object optional, JsonGenerator out) throws IOException {
            Object held = ((Optional<?>) optional).orElse(null);
            if (held == null) {
                out.writeNull();
            } else {
                value.write(held, out);
            }
        }

        @Override
        Object missing() {
            return Optional.empty();
        }
    }

    private static final class ListShape extends JsonShape {
        private final JsonShape element;

        ListShape(JsonShape element) {
            this.element = element;
        }

        @Override
        Object read(JsonParser in) throws IOException {
            expect(in, JsonToken.START_ARRAY, "an array");
            List<Object> elements = new ArrayList<>();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                elements.add(element.read(in));
            }
            return elements;
        }

        @Override
        void write(Object value, JsonGenerator out) throws IOException {
            out.writeStartArray();
            for (Object each : (List<?>) value) {
                element.write(each, out);
            }
            out.writeEndArray();
        }
    }

    private static final class MapShape extends JsonShape {
        private final PlainShape key;
        private final JsonShape value;

        MapShape(PlainShape key, JsonShape value) {
            this.key = key;
            this.value = value;
        }

        @Override
        Object read(JsonParser in) throws IOException {
            expect(in, JsonToken.START_OBJECT, "an object");
            Map<Object, Object> entries = new LinkedHashMap<>();
            while (in.nextToken() != JsonToken.END_OBJECT) {
                Object name = key.parse(in, in.currentName());
                in.nextToken();
                if (entries.putIfAbsent(name, value.read(in)) != null) {
                    throw malformed(in, "of a key that was not there yet");
                }
            }
            return entries;
        }

        @Override
        void write(Object map, JsonGenerator out) throws IOException {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
                out.writeFieldName(key.text(entry.getKey()));
                value.write(entry.getValue(), out);
            }
            out.writeEndObject();
        }
    }

    private static final class UnionShape extends JsonShape {
        private final Map<String, RecordShape> byName = new LinkedHashMap<>();
        private final Map<Class<?>, String> names = new LinkedHashMap<>();
        private final String expected;

        UnionShape(FieldType.UnionOf union) {
            for (FieldType.Alternative alternative : union.alternatives()) {
                RecordLayout layout = alternative.layout();
                byName.put(alternative.name(), new RecordShape(layout));
                names.put(layout.type(), alternative.name());
            }
            expected = "an object with one property out of " + String.join(", ", byName.keySet());
        }

        @Override
        Object read(JsonParser in) throws IOException {
            expect(in, JsonToken.START_OBJECT, expected);
            if (in.nextToken() != JsonToken.FIELD_NAME) {
                throw malformed(in, expected);
            }
            RecordShape shape = byName.get(in.currentName());
            if (shape == null) {
                throw malformed(in, expected);
            }
            in.nextToken();
            Object value = shape.read(in);
            if (in.nextToken() != JsonToken.END_OBJECT) {
                throw malformed(in, expected);
            }
            return value;
        }

        @Override
        void write(Object value, JsonGenerator out) throws IOException {
            String name = names.get(value.getClass());
            RecordShape shape = byName.get(name);
            if (shape == null) {
                throw new IllegalStateException("record is none of its union: type=" + value.getClass());
            }
            out.writeStartObject();
            out.writeFieldName(name);
            shape.write(value, out);
            out.writeEndObject();
        }
    }
}
