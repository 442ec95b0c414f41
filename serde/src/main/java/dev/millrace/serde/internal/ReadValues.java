package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import java.util.Objects;

/**
 * Reads the values of a message into the draft of a blob, whatever the order of its fields: slots are filled as fields come.
 * Used by one thread at a time.
 */
final class ReadValues {
    final WireInput in;
    final BlobDraft draft;

    ReadValues(WireInput in, BlobDraft draft) {
        this.in = in;
        this.draft = draft;
    }

    /** The fields of a record: in order as a rule, and then those that are left. */
    void record(ReadStep record, int at) {
        Objects.requireNonNull(record.reader, "records have a reader").read(this, at);
        if (in.hasRemaining()) {
            recordInAnyOrder(record, at);
        }
    }

    private void recordInAnyOrder(ReadStep record, int at) {
        final ReadStep[] fields = record.parts;
        int index = 0;
        while (in.hasRemaining()) {
            final int tag = in.tag();
            // Fields come in the order of their numbers as a rule, lists many times.
            int found = index;
            if (found >= fields.length || fields[found].tag != tag) {
                found++;
                if (found >= fields.length || fields[found].tag != tag) {
                    found = find(fields, Wire.numberOf(tag));
                }
            }
            if (found < 0) {
                in.skip(tag);
            } else {
                index = found;
                final ReadStep field = fields[found];
                value(field, at + field.offset, Wire.typeOf(tag));
            }
        }
    }

    /** The place of a number among those of the fields; below zero if there is none. */
    private static int find(ReadStep[] fields, int number) {
        int low = 0;
        int high = fields.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int there = Wire.numberOf(fields[middle].tag);
            if (there == number) {
                return middle;
            } else if (there < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** One value, whose tag was read. */
    void value(ReadStep step, int at, int wireType) {
        switch (step.kind) {
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, ENUM, LOCAL_DATE -> {
                step.expect(Wire.VARINT, wireType);
                ReadNumber.putVarint(step, draft, at, in.varint());
            }
            case FLOAT -> {
                step.expect(Wire.FIXED32, wireType);
                ReadNumber.putFloat(step, draft, at, in.fixed32());
            }
            case DOUBLE -> {
                step.expect(Wire.FIXED64, wireType);
                draft.putLong(at, ReadNumber.canonicalDouble(in.fixed64()));
            }
            case ARRAY, LIST, MAP, OPTIONAL -> {
                if (step.isWrapped) {
                    step.expect(Wire.DELIMITED, wireType);
                    int outer = in.enter();
                    wrapped(step.parts[0], at);
                    in.leave(outer);
                } else {
                    parts(step, at, wireType);
                }
            }
            case TEXT, BYTES, FIXED_TEXT, UUID -> {
                step.expect(Wire.DELIMITED, wireType);
                ReadBytes.put(step, in, draft, at);
            }
            case INSTANT, RECORD, DURATION, LOCAL_DATE_TIME, DECIMAL, UNION -> {
                step.expect(Wire.DELIMITED, wireType);
                int outer = in.enter();
                message(step, at);
                in.leave(outer);
            }
        }
    }

    private void message(ReadStep step, int at) {
        switch (step.kind) {
            case RECORD -> record(step, at);
            case UNION -> union(step, at);
            case DECIMAL -> ReadBytes.putDecimal(step, in, draft, at);
            default -> ReadTime.put(step, in, draft, at);
        }
    }

    private void union(ReadStep step, int at) {
        while (in.hasRemaining()) {
            int tag = in.tag();
            int found = find(step.parts, Wire.numberOf(tag));
            if (found < 0) {
                in.skip(tag);
                continue;
            }
            ReadStep alternative = step.parts[found];
            if (draft.getInt(at + step.inner) != alternative.offset) {
                draft.initialize(at, step.inner, null);
                draft.initialize(at, alternative.size, alternative.template);
                draft.putInt(at + step.inner, alternative.offset);
            }
            value(alternative, at, Wire.typeOf(tag));
        }
    }

    private void wrapped(ReadStep inside, int at) {
        while (in.hasRemaining()) {
            int tag = in.tag();
            if (Wire.numberOf(tag) == Wire.FIRST) {
                value(inside, at, Wire.typeOf(tag));
            } else {
                in.skip(tag);
            }
        }
    }

    private void parts(ReadStep step, int at, int wireType) {
        switch (step.kind) {
            case OPTIONAL -> {
                ReadStep part = step.parts[0];
                if (draft.bytes()[at + step.inner] == 0) {
                    draft.initialize(at, part.size, part.template);
                    draft.putByte(at + step.inner, 1);
                }
                value(part, at, wireType);
            }
            case ARRAY, LIST -> {
                ReadStep element = step.parts[0];
                if (Wire.isPackable(element.kind) && wireType == Wire.DELIMITED) {
                    int outer = in.enter();
                    packed(step, element, at);
                    in.leave(outer);
                } else {
                    value(element, append(step, element, at), wireType);
                }
            }
            default -> {
                step.expect(Wire.DELIMITED, wireType);
                int outer = in.enter();
                entry(step, at);
                in.leave(outer);
            }
        }
    }

    private int append(ReadStep list, ReadStep element, int at) {
        int slot = draft.append(at, 1, list.stride);
        draft.initialize(slot, list.stride, null);
        if (element.template != null) {
            draft.initialize(slot, element.size, element.template);
        }
        return slot;
    }

    private void entry(ReadStep map, int at) {
        ReadStep key = map.parts[0];
        ReadStep value = map.parts[1];
        int slot = append(map, key, at);
        if (value.template != null) {
            draft.initialize(slot + value.offset, value.size, value.template);
        }
        while (in.hasRemaining()) {
            int tag = in.tag();
            switch (Wire.numberOf(tag)) {
                case Wire.KEY -> value(key, slot, Wire.typeOf(tag));
                case Wire.VALUE -> value(value, slot + value.offset, Wire.typeOf(tag));
                default -> in.skip(tag);
            }
        }
    }

    private void packed(ReadStep list, ReadStep element, int at) {
        int wireType = Wire.typeOf(element.kind);
        int width = wireType == Wire.FIXED32 ? Integer.BYTES : wireType == Wire.FIXED64 ? Long.BYTES : 0;
        element.check(width == 0 || in.remaining() % width == 0, "a list of odd length: bytes=", in.remaining());
        int count = width == 0 ? in.countVarints() : in.remaining() / width;
        if (count == 0) {
            element.check(!in.hasRemaining(), "a number does not end: bytes=", in.remaining());
            return;
        }
        int slot = draft.append(at, count, list.stride);
        if (element.kind == FieldKind.LONG) {
            for (int i = 0; i < count; i++) {
                draft.putLong(slot + i * Long.BYTES, in.varint());
            }
        } else if (element.kind == FieldKind.DOUBLE) {
            for (int i = 0; i < count; i++) {
                draft.putLong(slot + i * Long.BYTES, ReadNumber.canonicalDouble(in.fixed64()));
            }
        } else {
            for (int i = 0; i < count; i++) {
                value(element, slot + i * list.stride, wireType);
            }
        }
        element.check(!in.hasRemaining(), "a number does not end: bytes=", in.remaining());
    }
}
