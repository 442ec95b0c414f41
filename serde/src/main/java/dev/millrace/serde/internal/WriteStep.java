package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What an encoder does for one value: everything that depends on the type alone, for {@link EncoderAssembly}. Immutable. */
final class WriteStep {
    static final WriteStep[] NONE = {};

    final FieldKind kind;
    /** The field's number with the wire type of what is written there. */
    final int tag;
    /** Where the slot lies in the fixed part of its record. */
    final int offset;

    final int inner;
    final int stride;
    /** Whether the value is written as the field 1 of a message. */
    final boolean isWrapped;
    /** The fields of a record by number, the alternatives of a union by place, or the parts of what holds others. */
    final WriteStep[] parts;

    private WriteStep(SchemaType type, int number, int offset, boolean isWrapped, WriteStep[] parts) {
        this.kind = type.kind();
        this.tag = Wire.tag(number, Wire.typeOf(type.kind()));
        this.offset = offset;
        this.inner = type.innerOffsetBytes();
        this.stride = type.strideBytes();
        this.isWrapped = isWrapped;
        this.parts = parts;
    }

    /** For the record or single value that a message is made from. */
    static WriteStep root(SchemaType type) {
        return new WriteStep(type, 0, 0, false, parts(type, 0));
    }

    private static WriteStep field(SchemaField field) {
        return new WriteStep(
                field.type(), field.number(), field.offsetBytes(), false, parts(field.type(), field.number()));
    }

    /** A part of something that is written with a number of its own, even where it is a default. */
    private static WriteStep part(SchemaType type, int number, int offset) {
        if (Wire.isWrapped(type)) {
            // The wrapper has the number; what is in it has the number 1.
            WriteStep inside = new WriteStep(type, Wire.FIRST, 0, false, parts(type, Wire.FIRST));
            return new WriteStep(type, number, offset, true, new WriteStep[] {inside});
        }
        return new WriteStep(type, number, offset, false, parts(type, number));
    }

    private static WriteStep[] parts(SchemaType type, int number) {
        return switch (type.kind()) {
            case RECORD ->
                type.fields().stream()
                        .map(WriteStep::field)
                        .sorted(Comparator.comparingInt(field -> Wire.numberOf(field.tag)))
                        .toArray(WriteStep[]::new);
            case UNION -> alternatives(type);
            case ARRAY, LIST, OPTIONAL -> new WriteStep[] {part(type.parts().get(0), number, 0)};
            case MAP ->
                new WriteStep[] {
                    part(type.parts().get(0), Wire.KEY, 0),
                    part(type.parts().get(1), Wire.VALUE, type.innerOffsetBytes())
                };
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, DURATION -> NONE;
            case LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT -> NONE;
        };
    }

    private static WriteStep[] alternatives(SchemaType union) {
        List<WriteStep> steps = new ArrayList<>();
        for (SchemaField alternative : union.fields()) {
            steps.add(part(alternative.type(), alternative.number(), 0));
        }
        return steps.toArray(NONE);
    }
}
