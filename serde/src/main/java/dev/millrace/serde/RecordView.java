package dev.millrace.serde;

import dev.millrace.allocator.Memory;
import dev.millrace.serde.internal.FieldAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads and changes single components of a value in place, where the whole record is not wanted.
 *
 * <pre>{@code
 * RecordView view = RecordView.of(RecordLayout.of(Trade.class));
 * int price = view.index("price");                  // once
 * double old = view.at(address).doubleAt(price);    // as often as you like
 * view.setDouble(price, old * 2);
 * }</pre>
 *
 * <p>Components of nested records are named with dots. A component is asked for with its own type: another one is refused.
 * What lies in the variable part can be read, but not changed in place; arrays of numbers element by element.
 *
 * <p>Used by one thread at a time. The memory belongs to the caller and is a value that was written or validated; a view is
 * not to be used once it is gone. The methods for primitives make nothing on the heap.
 */
public final class RecordView {
    private static final int COUNT_OFFSET = Integer.BYTES;

    private final RecordLayout layout;
    private final List<String> names = new ArrayList<>();
    private final FieldKind[] kinds;
    /** What the elements of an array are; of all else a kind that no element has. */
    private final FieldKind[] elementKinds;

    private final int[] offsets;
    private final FieldAccess[] accesses;

    private long fixed;
    private long base;

    private RecordView(RecordLayout layout) {
        this.layout = layout;
        List<FieldAccess> found = new ArrayList<>();
        collect(layout, "", 0, found);
        this.accesses = found.toArray(new FieldAccess[0]);
        this.kinds = found.stream().map(FieldAccess::kind).toArray(FieldKind[]::new);
        this.elementKinds = found.stream().map(FieldAccess::elementKind).toArray(FieldKind[]::new);
        this.offsets = found.stream().mapToInt(FieldAccess::offsetBytes).toArray();
    }

    /** Makes a view that is not at a value yet. */
    public static RecordView of(RecordLayout layout) {
        return new RecordView(layout);
    }

    private void collect(RecordLayout record, String path, int start, List<FieldAccess> found) {
        for (LayoutField field : record.fields()) {
            int offset = start + field.offsetBytes();
            names.add(path + field.name());
            found.add(new FieldAccess(record.typeName(), field.name(), field.fieldType(), offset));
            if (field.fieldType() instanceof FieldType.RecordOf nested) {
                collect(nested.layout(), path + field.name() + '.', offset, found);
            }
        }
    }

    /**
     * The number of a component for all other methods.
     *
     * @param component its name; names joined by dots inside nested records
     * @throws IllegalArgumentException if there is none; names those there are
     */
    public int index(String component) {
        int index = names.indexOf(component);
        if (index < 0) {
            throw new IllegalArgumentException("no such component: record=" + layout.typeName() + ", component="
                    + component + ", components=" + names);
        }
        return index;
    }

    /** Moves to a blob. */
    public RecordView at(long address) {
        return at(address, address);
    }

    /** Moves to a value in two parts, as {@link FlatCodec#write} leaves it. */
    public RecordView at(long fixedAddress, long baseAddress) {
        fixed = fixedAddress;
        base = baseAddress;
        return this;
    }

    public boolean booleanAt(int index) {
        return Memory.getByte(address(index, FieldKind.BOOLEAN)) != 0;
    }

    public byte byteAt(int index) {
        return Memory.getByte(address(index, FieldKind.BYTE));
    }

    public short shortAt(int index) {
        return Memory.getShort(address(index, FieldKind.SHORT));
    }

    public char charAt(int index) {
        return Memory.getChar(address(index, FieldKind.CHAR));
    }

    public int intAt(int index) {
        return Memory.getInt(address(index, FieldKind.INT));
    }

    public long longAt(int index) {
        return Memory.getLong(address(index, FieldKind.LONG));
    }

    public float floatAt(int index) {
        return Memory.getFloat(address(index, FieldKind.FLOAT));
    }

    public double doubleAt(int index) {
        return Memory.getDouble(address(index, FieldKind.DOUBLE));
    }

    /** The place of an enum's constant among its constants. */
    public int ordinalAt(int index) {
        return Memory.getInt(address(index, FieldKind.ENUM));
    }

    /** How many elements an array, a {@code byte[]}, a list or a map has. */
    public int countAt(int index) {
        return switch (kinds[index]) {
            case ARRAY, BYTES, LIST, MAP -> Memory.getInt(fixed + offsets[index] + COUNT_OFFSET);
            case BOOLEAN,
                    BYTE,
                    SHORT,
                    CHAR,
                    INT,
                    LONG,
                    FLOAT,
                    DOUBLE,
                    ENUM,
                    INSTANT,
                    DURATION,
                    LOCAL_DATE,
                    LOCAL_DATE_TIME,
                    UUID,
                    TEXT,
                    FIXED_TEXT,
                    DECIMAL,
                    RECORD,
                    OPTIONAL,
                    UNION -> throw wrongKind(index, FieldKind.ARRAY);
        };
    }

    /** An element of an {@code int[]}. */
    public int intAt(int index, int element) {
        return Memory.getInt(elementAddress(index, FieldKind.INT, element, Integer.BYTES));
    }

    /** An element of a {@code long[]}. */
    public long longAt(int index, int element) {
        return Memory.getLong(elementAddress(index, FieldKind.LONG, element, Long.BYTES));
    }

    /** An element of a {@code double[]}. */
    public double doubleAt(int index, int element) {
        return Memory.getDouble(elementAddress(index, FieldKind.DOUBLE, element, Double.BYTES));
    }

    /** A component of any type, as the codec would read it: text, times, collections, records; numbers in their boxes. */
    public Object valueAt(int index) {
        return accesses[index].read(fixed, base);
    }

    public void setBoolean(int index, boolean value) {
        Memory.putByte(address(index, FieldKind.BOOLEAN), (byte) (value ? 1 : 0));
    }

    public void setByte(int index, byte value) {
        Memory.putByte(address(index, FieldKind.BYTE), value);
    }

    public void setShort(int index, short value) {
        Memory.putShort(address(index, FieldKind.SHORT), value);
    }

    public void setChar(int index, char value) {
        Memory.putChar(address(index, FieldKind.CHAR), value);
    }

    public void setInt(int index, int value) {
        Memory.putInt(address(index, FieldKind.INT), value);
    }

    public void setLong(int index, long value) {
        Memory.putLong(address(index, FieldKind.LONG), value);
    }

    public void setFloat(int index, float value) {
        Memory.putInt(address(index, FieldKind.FLOAT), Float.floatToIntBits(value));
    }

    public void setDouble(int index, double value) {
        Memory.putLong(address(index, FieldKind.DOUBLE), Double.doubleToLongBits(value));
    }

    /**
     * Changes a component of any type without a variable part: times, enums, {@link FixedUtf8} texts, optional numbers.
     *
     * @throws IllegalArgumentException if the component has a variable part; or if the text is longer than its place, and
     *     nothing is changed then
     * @throws ClassCastException if the value is not of the component's type
     */
    public void setValue(int index, Object value) {
        accesses[index].write(Objects.requireNonNull(value, "value"), fixed);
    }

    private long address(int index, FieldKind kind) {
        if (kinds[index] != kind) {
            throw wrongKind(index, kind);
        }
        return fixed + offsets[index];
    }

    private long elementAddress(int index, FieldKind kind, int element, int elementBytes) {
        if (elementKinds[index] != kind) {
            throw wrongKind(index, kind);
        }
        final long slot = fixed + offsets[index];
        final long start = base + Memory.getInt(slot);
        return start + (long) Objects.checkIndex(element, Memory.getInt(slot + COUNT_OFFSET)) * elementBytes;
    }

    private IllegalArgumentException wrongKind(int index, FieldKind asked) {
        return new IllegalArgumentException("component is of another kind: record=" + layout.typeName() + ", component="
                + names.get(index) + ", kind=" + kinds[index] + ", askedKind=" + asked + "; ask for its own kind");
    }
}
