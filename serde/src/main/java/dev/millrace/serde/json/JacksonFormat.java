package dev.millrace.serde.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The format over Jackson's streams of tokens. Used by one thread at a time. */
final class JacksonFormat<T> implements JsonFormat<T> {
    /** The digits of the longest decimal that a layout holds, sign, point and exponent. */
    private static final int MAX_NUMBER_CHARS = 10_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .build();

    private final JsonShape shape;
    private final Line line = new Line();
    private @Nullable JsonGenerator generator;

    JacksonFormat(RecordLayout layout) {
        LayoutField first = layout.fields().get(0);
        shape = layout.isRecord()
                ? new RecordShape(layout)
                : JsonShape.of(layout.type(), first.name(), first.fieldType());
    }

    @Override
    @SuppressWarnings("unchecked") // The shape is that of the type.
    public T parse(byte[] bytes, int start, int end) {
        Objects.checkFromToIndex(start, end, bytes.length);
        try (JsonParser in = FACTORY.createParser(bytes, start, end - start)) {
            if (in.nextToken() == null) {
                throw JsonException.ofSyntax(1, "", "the line is empty");
            }
            T value = (T) shape.read(in);
            JsonToken behind = in.nextToken();
            if (behind != null) {
                throw JsonShape.malformed(in, "the end of the line");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw JsonException.ofSyntax(
                    e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNr()),
                    new String(bytes, start, end - start, StandardCharsets.UTF_8),
                    e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("a line in memory could not be read", e);
        }
    }

    @Override
    public int write(T value) {
        line.reset();
        boolean isWritten = false;
        try {
            JsonGenerator out = generator;
            if (out == null) {
                out = FACTORY.createGenerator(line);
                out.setRootValueSeparator(new SerializedString(""));
                generator = out;
            }
            shape.write(value, out);
            out.flush();
            isWritten = true;
            return line.finish();
        } catch (IOException e) {
            throw new UncheckedIOException("a line could not be written to memory", e);
        } finally {
            if (!isWritten) {
                generator = null; // It stands inside of a value.
            }
        }
    }

    @Override
    public byte[] bytes() {
        return line.bytes();
    }

    /** The bytes of a line; grows and is used again. */
    private static final class Line extends ByteArrayOutputStream {
        Line() {
            super(1024);
        }

        byte[] bytes() {
            return buf;
        }

        /** Makes room for a line's end. */
        int finish() {
            write(0);
            return --count;
        }
    }
}
