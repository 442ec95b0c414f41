package dev.millrace.serde;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a component holds: a tree whose leaves are plain values and whose branches are optional values, collections, records
 * and unions. It says where things lie in a slot of its own; where the slot lies is said by the {@link LayoutField}, the
 * list, or whatever else it is part of.
 *
 * <p>Immutable; any thread may use it.
 */
public sealed interface FieldType {
    FieldKind kind();

    /** The Java class, without type parameters; a primitive one also where a box stands for it. */
    Class<?> javaType();

    /** What the slot takes. */
    int sizeBytes();

    /** The slot starts at a multiple of this. */
    int alignmentBytes();

    /** Whether nothing of a value ever lies outside of the slot. */
    boolean isFixedSize();

    /** The distance of two slots that lie one behind the other. */
    default int strideBytes() {
        return roundUp(sizeBytes(), alignmentBytes());
    }

    private static int roundUp(int sizeBytes, int alignmentBytes) {
        return (sizeBytes + alignmentBytes - 1) & -alignmentBytes;
    }

    /** A value without parts: numbers, times, {@code UUID}; text, bytes and decimals, which have bytes elsewhere. */
    record Plain(FieldKind kind, Class<?> javaType) implements FieldType {
        @Override
        public int sizeBytes() {
            return kind.sizeBytes();
        }

        @Override
        public int alignmentBytes() {
            return kind.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return kind != FieldKind.TEXT && kind != FieldKind.BYTES && kind != FieldKind.DECIMAL;
        }
    }

    /** An enum. */
    record EnumOf(Class<?> javaType) implements FieldType {
        @Override
        public FieldKind kind() {
            return FieldKind.ENUM;
        }

        @Override
        public int sizeBytes() {
            return FieldKind.ENUM.sizeBytes();
        }

        @Override
        public int alignmentBytes() {
            return FieldKind.ENUM.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return true;
        }

        public int constantCount() {
            return javaType.getEnumConstants().length;
        }
    }

    /** A text in the fixed part, see {@link FixedUtf8}. */
    record FixedText(int maxBytes) implements FieldType {
        @Override
        public FieldKind kind() {
            return FieldKind.FIXED_TEXT;
        }

        @Override
        public Class<?> javaType() {
            return String.class;
        }

        /** Where the length lies in the slot, behind the text. */
        public int lengthOffsetBytes() {
            return RecordLayout.align(maxBytes);
        }

        @Override
        public int sizeBytes() {
            return lengthOffsetBytes() + Short.BYTES;
        }

        @Override
        public int alignmentBytes() {
            return FieldKind.FIXED_TEXT.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return true;
        }
    }

    /** An array of primitives other than {@code byte[]}: in the variable part, the elements without gaps. */
    record ArrayOf(FieldType.Plain element) implements FieldType {
        @Override
        public FieldKind kind() {
            return FieldKind.ARRAY;
        }

        @Override
        public Class<?> javaType() {
            return element.javaType().arrayType();
        }

        @Override
        public int sizeBytes() {
            return FieldKind.ARRAY.sizeBytes();
        }

        @Override
        public int alignmentBytes() {
            return FieldKind.ARRAY.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return false;
        }
    }

    /**
     * A list: in the variable part, the elements' slots, zeros up to a multiple of 8 bytes, then what the elements have
     * outside of their slots, in their order.
     */
    record ListOf(FieldType element) implements FieldType {
        @Override
        public FieldKind kind() {
            return FieldKind.LIST;
        }

        @Override
        public Class<?> javaType() {
            return List.class;
        }

        @Override
        public int sizeBytes() {
            return FieldKind.LIST.sizeBytes();
        }

        @Override
        public int alignmentBytes() {
            return FieldKind.LIST.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return false;
        }
    }

    /**
     * A map: in the variable part, like a list of entries, each the slot of the key and then that of the value. What a key
     * has outside of its slot lies before what its value has there.
     *
     * <p>Entries are in the order of their keys, so that equal maps have equal bytes: numbers and times by value (minus zero
     * before zero, NaN last), {@code false} before {@code true}, enums and unions by place, text and bytes by unsigned
     * bytes, decimals by scale, then by length, then by unsigned bytes, {@code UUID} by its two longs, what is missing before
     * what is there, records by their components in order, lists by their elements, the shorter one first.
     */
    record MapOf(FieldType key, FieldType value) implements FieldType {
        @Override
        public FieldKind kind() {
            return FieldKind.MAP;
        }

        @Override
        public Class<?> javaType() {
            return Map.class;
        }

        @Override
        public int sizeBytes() {
            return FieldKind.MAP.sizeBytes();
        }

        @Override
        public int alignmentBytes() {
            return FieldKind.MAP.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return false;
        }

        /** Where the value's slot lies in an entry; the key's lies at 0. */
        public int valueOffsetBytes() {
            return roundUp(key.sizeBytes(), value.alignmentBytes());
        }

        /** The distance of two entries. */
        public int entryStrideBytes() {
            return roundUp(
                    valueOffsetBytes() + value.sizeBytes(), Math.max(key.alignmentBytes(), value.alignmentBytes()));
        }
    }

    /** A value that may be missing. Where it is, its slot is zero. */
    record OptionalOf(FieldType value) implements FieldType {
        @Override
        public FieldKind kind() {
            return FieldKind.OPTIONAL;
        }

        @Override
        public Class<?> javaType() {
            return Optional.class;
        }

        /** Where the byte lies that says whether there is a value; the value's slot lies at 0. */
        public int presenceOffsetBytes() {
            return value.sizeBytes();
        }

        @Override
        public int sizeBytes() {
            return value.sizeBytes() + Byte.BYTES;
        }

        @Override
        public int alignmentBytes() {
            return value.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return value.isFixedSize();
        }
    }

    /** A nested record. */
    record RecordOf(RecordLayout layout) implements FieldType {
        @Override
        public FieldKind kind() {
            return FieldKind.RECORD;
        }

        @Override
        public Class<?> javaType() {
            return layout.type();
        }

        @Override
        public int sizeBytes() {
            return layout.fixedBytes();
        }

        @Override
        public int alignmentBytes() {
            return FieldKind.RECORD.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            return layout.isFixedSize();
        }
    }

    /** A sealed interface of records: one of them, and which. */
    record UnionOf(Class<?> javaType, List<Alternative> alternatives) implements FieldType {
        public UnionOf {
            alternatives = List.copyOf(alternatives);
        }

        @Override
        public FieldKind kind() {
            return FieldKind.UNION;
        }

        /** Where the alternative's place in {@link #alternatives} lies; its fixed part lies at 0. */
        public int ordinalOffsetBytes() {
            int largest = 0;
            for (Alternative alternative : alternatives) {
                largest = Math.max(largest, alternative.layout().fixedBytes());
            }
            return largest;
        }

        @Override
        public int sizeBytes() {
            return ordinalOffsetBytes() + Integer.BYTES;
        }

        @Override
        public int alignmentBytes() {
            return FieldKind.UNION.alignmentBytes();
        }

        @Override
        public boolean isFixedSize() {
            for (Alternative alternative : alternatives) {
                if (!alternative.layout().isFixedSize()) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * One record of a union.
     *
     * @param name the simple name of its class
     * @param tag its number in Protobuf: {@link Tag}, or its place from 1
     */
    record Alternative(String name, int tag, RecordLayout layout) {}
}
