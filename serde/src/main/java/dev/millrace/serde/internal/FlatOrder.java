package dev.millrace.serde.internal;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.FieldType;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;

/**
 * The order of the keys of flat maps, drawn at {@link FieldType.MapOf}: 0 only for values with the same bytes. The same on
 * machines of either byte order. Any thread may call.
 */
public final class FlatOrder {
    private FlatOrder() {}

    /** Compares two values of a type in their slots, each with its own base. */
    public static int compare(FieldType type, long left, long leftBase, long right, long rightBase) {
        return switch (type.kind()) {
            case BOOLEAN, BYTE -> Byte.compare(Memory.getByte(left), Memory.getByte(right));
            case SHORT -> Short.compare(Memory.getShort(left), Memory.getShort(right));
            case CHAR -> Character.compare(Memory.getChar(left), Memory.getChar(right));
            case INT, ENUM -> Integer.compare(Memory.getInt(left), Memory.getInt(right));
            case LONG, LOCAL_DATE -> Long.compare(Memory.getLong(left), Memory.getLong(right));
            case FLOAT -> Float.compare(Memory.getFloat(left), Memory.getFloat(right));
            case DOUBLE -> Double.compare(Memory.getDouble(left), Memory.getDouble(right));
            case INSTANT, DURATION, LOCAL_DATE_TIME -> {
                int order = Long.compare(Memory.getLong(left), Memory.getLong(right));
                yield order != 0
                        ? order
                        : Integer.compare(
                                Memory.getInt(left + FlatSlots.INSTANT_NANOS_OFFSET),
                                Memory.getInt(right + FlatSlots.INSTANT_NANOS_OFFSET));
            }
            case UUID -> {
                int order = Long.compare(Memory.getLong(left), Memory.getLong(right));
                yield order != 0
                        ? order
                        : Long.compare(Memory.getLong(left + Long.BYTES), Memory.getLong(right + Long.BYTES));
            }
            case TEXT, BYTES -> {
                int leftLength = Memory.getInt(left + FlatSlots.COUNT_OFFSET);
                int rightLength = Memory.getInt(right + FlatSlots.COUNT_OFFSET);
                yield bytes(leftBase + Memory.getInt(left), leftLength, rightBase + Memory.getInt(right), rightLength);
            }
            case FIXED_TEXT -> {
                int lengthOffset = ((FieldType.FixedText) type).lengthOffsetBytes();
                yield bytes(left, Memory.getChar(left + lengthOffset), right, Memory.getChar(right + lengthOffset));
            }
            case DECIMAL -> decimals(left, leftBase, right, rightBase);
            case RECORD -> records(((FieldType.RecordOf) type).layout(), left, leftBase, right, rightBase);
            case OPTIONAL -> optionals((FieldType.OptionalOf) type, left, leftBase, right, rightBase);
            case UNION -> unions((FieldType.UnionOf) type, left, leftBase, right, rightBase);
            case LIST -> {
                FieldType element = ((FieldType.ListOf) type).element();
                yield lists(element, element, 0, element.strideBytes(), left, leftBase, right, rightBase);
            }
            case MAP -> {
                FieldType.MapOf map = (FieldType.MapOf) type;
                int stride = map.entryStrideBytes();
                yield lists(map.key(), map.value(), map.valueOffsetBytes(), stride, left, leftBase, right, rightBase);
            }
            case ARRAY -> {
                FieldType element = ((FieldType.ArrayOf) type).element();
                yield lists(element, element, 0, element.strideBytes(), left, leftBase, right, rightBase);
            }
        };
    }

    /** Sorts keys: gives their places in {@code slots} in ascending order. Heap sort, so that no order is slow. */
    static int[] sort(FieldType type, long[] slots, long base) {
        int[] order = new int[slots.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int start = order.length / 2 - 1; start >= 0; start--) {
            sift(type, slots, base, order, start, order.length);
        }
        for (int end = order.length - 1; end > 0; end--) {
            int largest = order[0];
            order[0] = order[end];
            order[end] = largest;
            sift(type, slots, base, order, 0, end);
        }
        return order;
    }

    private static void sift(FieldType type, long[] slots, long base, int[] order, int start, int end) {
        int moved = order[start];
        int hole = start;
        for (int child = 2 * hole + 1; child < end; child = 2 * hole + 1) {
            if (child + 1 < end && compare(type, slots[order[child]], base, slots[order[child + 1]], base) < 0) {
                child++;
            }
            if (compare(type, slots[moved], base, slots[order[child]], base) >= 0) {
                break;
            }
            order[hole] = order[child];
            hole = child;
        }
        order[hole] = moved;
    }

    private static int bytes(long left, int leftLength, long right, int rightLength) {
        int common = Math.min(leftLength, rightLength);
        for (int i = 0; i < common; i++) {
            int order = Byte.compareUnsigned(Memory.getByte(left + i), Memory.getByte(right + i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(leftLength, rightLength);
    }

    private static int decimals(long left, long leftBase, long right, long rightBase) {
        int order = Integer.compare(
                Memory.getInt(left + FlatSlots.DECIMAL_SCALE_OFFSET),
                Memory.getInt(right + FlatSlots.DECIMAL_SCALE_OFFSET));
        int leftLength = Memory.getInt(left + FlatSlots.COUNT_OFFSET);
        int rightLength = Memory.getInt(right + FlatSlots.COUNT_OFFSET);
        if (order != 0 || leftLength != rightLength) {
            return order != 0 ? order : Integer.compare(leftLength, rightLength);
        }
        return bytes(leftBase + Memory.getInt(left), leftLength, rightBase + Memory.getInt(right), rightLength);
    }

    private static int records(RecordLayout layout, long left, long leftBase, long right, long rightBase) {
        for (LayoutField field : layout.fields()) {
            int offset = field.offsetBytes();
            int order = compare(field.fieldType(), left + offset, leftBase, right + offset, rightBase);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static int optionals(FieldType.OptionalOf type, long left, long leftBase, long right, long rightBase) {
        byte present = Memory.getByte(left + type.presenceOffsetBytes());
        int order = Byte.compare(present, Memory.getByte(right + type.presenceOffsetBytes()));
        return order != 0 || present == 0 ? order : compare(type.value(), left, leftBase, right, rightBase);
    }

    private static int unions(FieldType.UnionOf type, long left, long leftBase, long right, long rightBase) {
        int ordinal = Memory.getInt(left + type.ordinalOffsetBytes());
        int order = Integer.compare(ordinal, Memory.getInt(right + type.ordinalOffsetBytes()));
        return order != 0
                ? order
                : records(type.alternatives().get(ordinal).layout(), left, leftBase, right, rightBase);
    }

    /** Elements one by one; of a map each has two parts. */
    private static int lists(
            FieldType first,
            FieldType second,
            int secondOffset,
            int stride,
            long left,
            long leftBase,
            long right,
            long rightBase) {
        int leftCount = Memory.getInt(left + FlatSlots.COUNT_OFFSET);
        int rightCount = Memory.getInt(right + FlatSlots.COUNT_OFFSET);
        long leftAt = leftBase + Memory.getInt(left);
        long rightAt = rightBase + Memory.getInt(right);
        for (int i = 0; i < Math.min(leftCount, rightCount); i++, leftAt += stride, rightAt += stride) {
            int order = compare(first, leftAt, leftBase, rightAt, rightBase);
            if (order == 0 && secondOffset != 0) {
                order = compare(second, leftAt + secondOffset, leftBase, rightAt + secondOffset, rightBase);
            }
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(leftCount, rightCount);
    }
}
