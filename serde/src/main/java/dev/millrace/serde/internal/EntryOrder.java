package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The order of a map's entries in the flat layout, see {@code FieldType.MapOf}, for keys that lie in a {@link BlobDraft}. Used
 * by one thread at a time.
 */
final class EntryOrder {
    private final SchemaType key;
    private final byte[] constants;
    private byte[] draft = {};
    private byte[] source = {};

    EntryOrder(SchemaType key, byte[] constants) {
        this.key = key;
        this.constants = constants;
    }

    /**
     * Where the entries lie, in order; of entries with one key only the last is among them. Makes nothing on the heap but the
     * result, and no result where the entries are in order as they are.
     *
     * @return null if they are in order
     */
    int @Nullable [] sort(byte[] draftBytes, byte[] message, int first, int count, int stride) {
        draft = draftBytes;
        source = message;
        boolean isSorted = true;
        for (int i = 1; i < count && isSorted; i++) {
            isSorted = compare(key, first + (i - 1) * stride, first + i * stride) < 0;
        }
        if (isSorted) {
            return null;
        }
        Integer[] entries = new Integer[count];
        Arrays.setAll(entries, i -> first + i * stride);
        Arrays.sort(entries, (left, right) -> compare(key, left, right)); // stable: the last of equals stays last
        int[] unique = new int[count];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (i + 1 == count || compare(key, entries[i], entries[i + 1]) != 0) {
                unique[kept++] = entries[i];
            }
        }
        return Arrays.copyOf(unique, kept);
    }

    private int compare(SchemaType type, int left, int right) {
        return switch (type.kind()) {
            case BOOLEAN, BYTE -> Byte.compare(draft[left], draft[right]);
            case SHORT -> Short.compare(shortAt(left), shortAt(right));
            case CHAR -> Character.compare((char) shortAt(left), (char) shortAt(right));
            case INT, ENUM -> Integer.compare(intAt(left), intAt(right));
            case LONG, LOCAL_DATE -> Long.compare(longAt(left), longAt(right));
            case FLOAT -> Float.compare(Float.intBitsToFloat(intAt(left)), Float.intBitsToFloat(intAt(right)));
            case DOUBLE ->
                Double.compare(Double.longBitsToDouble(longAt(left)), Double.longBitsToDouble(longAt(right)));
            case INSTANT, DURATION, LOCAL_DATE_TIME -> {
                int seconds = Long.compare(longAt(left), longAt(right));
                int nanos = FlatSlots.INSTANT_NANOS_OFFSET;
                yield seconds != 0 ? seconds : Integer.compare(intAt(left + nanos), intAt(right + nanos));
            }
            case UUID -> {
                int high = Long.compare(longAt(left), longAt(right));
                yield high != 0 ? high : Long.compare(longAt(left + Long.BYTES), longAt(right + Long.BYTES));
            }
            case TEXT, BYTES -> compareBytes(left, right);
            case DECIMAL -> {
                int scale = BlobDraft.DECIMAL_SCALE_OFFSET;
                int result = Integer.compare(intAt(left + scale), intAt(right + scale));
                result = result != 0 ? result : Integer.compare(decimalBytes(left), decimalBytes(right));
                yield result != 0 ? result : compareBytes(left, right);
            }
            case FIXED_TEXT ->
                Arrays.compareUnsigned(
                        draft,
                        left,
                        left + (char) shortAt(left + type.innerOffsetBytes()),
                        draft,
                        right,
                        right + (char) shortAt(right + type.innerOffsetBytes()));
            case ARRAY, LIST, MAP -> compareElements(type, left, right);
            case OPTIONAL -> {
                int there = Byte.compare(draft[left + type.innerOffsetBytes()], draft[right + type.innerOffsetBytes()]);
                yield there != 0 || draft[left + type.innerOffsetBytes()] == 0
                        ? there
                        : compare(type.parts().get(0), left, right);
            }
            case RECORD -> compareFields(type, left, right);
            case UNION -> {
                int ordinal = intAt(left + type.innerOffsetBytes());
                int result = Integer.compare(ordinal, intAt(right + type.innerOffsetBytes()));
                yield result != 0 || ordinal < 0
                        ? result
                        : compare(type.fields().get(ordinal).type(), left, right);
            }
        };
    }

    private int compareFields(SchemaType record, int left, int right) {
        for (SchemaField field : record.fields()) {
            int result = compare(field.type(), left + field.offsetBytes(), right + field.offsetBytes());
            if (result != 0) {
                return result;
            }
        }
        return 0;
    }

    private int compareElements(SchemaType type, int left, int right) {
        int leftCount = intAt(left + FlatSlots.TEXT_LENGTH_OFFSET);
        int rightCount = intAt(right + FlatSlots.TEXT_LENGTH_OFFSET);
        for (int i = 0; i < Math.min(leftCount, rightCount); i++) {
            int leftSlot = intAt(left) + i * type.strideBytes();
            int rightSlot = intAt(right) + i * type.strideBytes();
            int result = compare(type.parts().get(0), leftSlot, rightSlot);
            if (result == 0 && type.kind() == FieldKind.MAP) {
                int inner = type.innerOffsetBytes();
                result = compare(type.parts().get(1), leftSlot + inner, rightSlot + inner);
            }
            if (result != 0) {
                return result;
            }
        }
        return Integer.compare(leftCount, rightCount);
    }

    private int compareBytes(int left, int right) {
        int leftPlace = intAt(left);
        int rightPlace = intAt(right);
        int leftStart = leftPlace < 0 ? ~leftPlace : leftPlace;
        int rightStart = rightPlace < 0 ? ~rightPlace : rightPlace;
        return Arrays.compareUnsigned(
                leftPlace < 0 ? constants : source,
                leftStart,
                leftStart + intAt(left + FlatSlots.TEXT_LENGTH_OFFSET),
                rightPlace < 0 ? constants : source,
                rightStart,
                rightStart + intAt(right + FlatSlots.TEXT_LENGTH_OFFSET));
    }

    /** Zero takes a byte in the layout, though not in a message. */
    private int decimalBytes(int at) {
        return Math.max(1, intAt(at + FlatSlots.TEXT_LENGTH_OFFSET));
    }

    private short shortAt(int at) {
        return (short) BlobDraft.SHORTS.get(draft, at);
    }

    private int intAt(int at) {
        return (int) BlobDraft.INTS.get(draft, at);
    }

    private long longAt(int at) {
        return (long) BlobDraft.LONGS.get(draft, at);
    }
}
