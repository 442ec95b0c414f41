package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the decoder does for one value: everything that depends on the types alone, computed once. The type that the message
 * was written with says what is read, the type that is wanted where it goes. Immutable.
 */
final class ReadStep {
    static final ReadStep[] NONE = {};

    /** What is read. */
    final FieldKind kind;
    /** What it becomes: the same kind, or a wider number. */
    final FieldKind target;
    /** The number and the wire type that are expected. */
    final int tag;
    /** Where the slot lies in its record, or which alternative of a union this is. */
    final int offset;

    final int size;
    final int inner;
    final int stride;
    final int maxTextBytes;
    /** Whether the value lies in the field 1 of a message. */
    final boolean isWrapped;
    /** Which constant a number means; null for an enum that has not changed. */
    final int @Nullable [] ordinals;

    final int constantCount;
    /** The fields of a record or the alternatives of a union by number, or the parts of what holds others. */
    final ReadStep[] parts;
    /** What a slot holds before anything is read; null for zeros. */
    final byte @Nullable [] template;

    final String name;
    /** Reads the fields of a record while they come in order; null for what is no record. */
    final @Nullable MessageReader reader;

    private ReadStep(
            SchemaType source,
            SchemaType wanted,
            String name,
            int tag,
            int offset,
            boolean isWrapped,
            ReadStep[] parts,
            byte @Nullable [] template) {
        this.kind = source.kind();
        this.target = wanted.kind();
        this.tag = tag;
        this.offset = offset;
        this.size = wanted.sizeBytes();
        this.inner = wanted.innerOffsetBytes();
        this.stride = wanted.strideBytes();
        this.maxTextBytes = wanted.maxTextBytes();
        this.isWrapped = isWrapped;
        this.ordinals = kind == FieldKind.ENUM ? Matching.ordinals(source, wanted) : null;
        this.constantCount = source.constants().size();
        this.parts = parts;
        this.template = template;
        this.name = name;
        this.reader = kind == FieldKind.RECORD ? DecoderAssembly.newReader(parts) : null;
    }

    void expect(int wireType, int found) {
        if (wireType != found) {
            throw fault("the field has another type: wireType=", found);
        }
    }

    void check(boolean isFine, String fault, long value) {
        if (!isFine) {
            throw fault(fault, value);
        }
    }

    MalformedRecordException fault(String fault, long value) {
        return new MalformedRecordException("component=" + name + ": " + fault + value);
    }

    static ReadStep root(SchemaType source, SchemaType wanted, SlotTemplates templates) {
        return new ReadStep(
                source,
                wanted,
                wanted.name(),
                0,
                0,
                false,
                parts(source, wanted, wanted.name(), 0, templates),
                templates.of(source, wanted));
    }

    private static ReadStep field(SchemaField source, SchemaField wanted, int offset, SlotTemplates templates) {
        return plain(source.type(), wanted.type(), wanted.name(), source.number(), offset, templates);
    }

    private static ReadStep plain(
            SchemaType source, SchemaType wanted, String name, int number, int offset, SlotTemplates templates) {
        return new ReadStep(
                source,
                wanted,
                name,
                Wire.tag(number, Wire.typeOf(source.kind())),
                offset,
                false,
                parts(source, wanted, name, number, templates),
                templates.of(source, wanted));
    }

    private static ReadStep part(
            SchemaType source, SchemaType wanted, String name, int number, int offset, SlotTemplates templates) {
        if (!Wire.isWrapped(source)) {
            return plain(source, wanted, name, number, offset, templates);
        }
        ReadStep inside = plain(source, wanted, name, Wire.FIRST, 0, templates);
        return new ReadStep(
                source,
                wanted,
                name,
                Wire.tag(number, Wire.DELIMITED),
                offset,
                true,
                new ReadStep[] {inside},
                templates.of(source, wanted));
    }

    private static ReadStep[] parts(
            SchemaType source, SchemaType wanted, String name, int number, SlotTemplates templates) {
        return switch (source.kind()) {
            case RECORD, UNION -> members(source, wanted, templates);
            case ARRAY, LIST, OPTIONAL ->
                new ReadStep[] {part(source.parts().get(0), wanted.parts().get(0), name, number, 0, templates)};
            case MAP ->
                new ReadStep[] {
                    part(source.parts().get(0), wanted.parts().get(0), name, Wire.KEY, 0, templates),
                    part(
                            source.parts().get(1),
                            wanted.parts().get(1),
                            name,
                            Wire.VALUE,
                            wanted.innerOffsetBytes(),
                            templates)
                };
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, TEXT, DURATION -> NONE;
            case LOCAL_DATE, LOCAL_DATE_TIME, UUID, DECIMAL, BYTES, FIXED_TEXT -> NONE;
        };
    }

    /** Of a record's fields and a union's alternatives those that are still there. */
    private static ReadStep[] members(SchemaType source, SchemaType wanted, SlotTemplates templates) {
        List<ReadStep> steps = new ArrayList<>();
        for (SchemaField field : source.fields()) {
            int place = Matching.placeOf(field, source, wanted);
            if (place >= 0) {
                SchemaField found = wanted.fields().get(place);
                int offset = source.kind() == FieldKind.UNION ? place : found.offsetBytes();
                steps.add(field(field, found, offset, templates));
            }
        }
        steps.sort(Comparator.comparingInt(step -> Wire.numberOf(step.tag)));
        return steps.toArray(NONE);
    }
}
