package dev.millrace.serde;

import java.util.List;
import java.util.Map;

/**
 * The one flat layout of a type: where each component of a record lies, computed once from the class.
 *
 * <p>A value is a fixed part, whose size is the same for every value, and a variable part that holds text and collections:
 *
 * <pre>
 *   blob      0                     fixedBytes               blobBytes
 *             +---------------------+----------+-------------+
 *             | fixed part          | item 1   | item 2 ...  |     each item padded with zeros to 8 bytes
 *             +---------------------+----------+-------------+
 *                {offset, length} --^ relative to the blob's start
 * </pre>
 *
 * <p>Fields are placed widest first, each at the lowest aligned offset that is free, so that padding is small. Items follow
 * each other in the order of declaration, without gaps, also if they are empty. Padding is zero and a float is never another
 * NaN than Java's own: equal values have equal bytes, so a blob is a key. Equal is what {@code equals} of a record says:
 * 0.0 and -0.0 are two values, all NaNs are one, a decimal's scale counts. Only arrays, which Java compares by identity,
 * count by what is in them.
 *
 * <p>A type is a record, or a value that may be a component of one, alone: it then has one field called {@code value}.
 * Components are primitives, {@code String}, {@code byte[]}, arrays of primitives, enums, {@code Instant}, {@code Duration},
 * {@code LocalDate}, {@code LocalDateTime}, {@code UUID}, {@code BigDecimal}, and {@code Optional}, {@code List} and
 * {@code Map} of these, records and sealed interfaces of records. Type parameters are fine where they are filled in. A type
 * inside itself has no layout.
 *
 * <p>Limits: {@link #MAX_COMPONENTS} components a record, {@link #MAX_FIXED_BYTES} bytes of fixed part, {@link #MAX_FIELDS}
 * fields in all, {@link #MAX_DEPTH} types inside each other, {@link #MAX_NAME_CHARS} chars a name.
 *
 * <p>Immutable; any thread may use it.
 */
public final class RecordLayout {
    /** The most components one record may have: what a constructor call through method handles can carry, with a reserve. */
    public static final int MAX_COMPONENTS = 100;

    /** The largest fixed part. */
    public static final int MAX_FIXED_BYTES = 16 << 10;

    /** The most fields in a layout and all layouts inside it, and the most alternatives and constants. */
    public static final int MAX_FIELDS = 4096;

    /** The most types inside each other: records, collections, optional values and unions. */
    public static final int MAX_DEPTH = 32;

    /** The longest name of a component, constant or alternative. */
    public static final int MAX_NAME_CHARS = 256;

    /** The most bytes a {@link FixedUtf8} text may ask for. */
    public static final int MAX_FIXED_TEXT_BYTES = 4096;

    /** The longest unscaled value of a {@code BigDecimal}: about 9,800 digits. */
    public static final int MAX_DECIMAL_BYTES = 4096;

    /** Fields and variable items start at multiples of this. */
    public static final int ALIGNMENT_BYTES = Long.BYTES;

    private final Class<?> type;
    private final String typeName;
    private final List<LayoutField> fields;
    private final int fixedBytes;
    private final boolean isFixedSize;
    private final long layoutHash;

    RecordLayout(TypeUse use, List<LayoutField> fields, int fixedBytes) {
        this.type = use.raw();
        this.typeName = use.typeName();
        this.fields = List.copyOf(fields);
        this.fixedBytes = fixedBytes;
        boolean fixed = true;
        for (LayoutField field : fields) {
            fixed &= field.fieldType().isFixedSize();
        }
        this.isFixedSize = fixed;
        this.layoutHash = LayoutText.hash(this);
    }

    /**
     * Computes the layout of a type.
     *
     * @throws UnsupportedTypeException if a component cannot be laid out; names it, and what could stand in its place
     */
    public static RecordLayout of(Class<?> type) {
        return new LayoutBuilder(type).build(TypeUse.of(type));
    }

    /**
     * Computes the layout of a type with parameters.
     *
     * @throws UnsupportedTypeException if a component cannot be laid out; names it, and what could stand in its place
     */
    public static RecordLayout of(TypeToken<?> type) {
        TypeUse use = new TypeResolver(type.rawType()).resolve(type.annotatedType(), Map.of(), "");
        return new LayoutBuilder(type.rawType()).build(use);
    }

    /** Rounds a size up to the next multiple of {@link #ALIGNMENT_BYTES}. */
    public static int align(int sizeBytes) {
        return (sizeBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    /** The class this layout was asked for. */
    public Class<?> type() {
        return type;
    }

    /** The type with its parameters, for people. */
    public String typeName() {
        return typeName;
    }

    /** Whether the type is a record; a single value otherwise. */
    public boolean isRecord() {
        return type.isRecord();
    }

    /** The fields in the order of declaration, which need not be that of their offsets. */
    public List<LayoutField> fields() {
        return fields;
    }

    /**
     * The field of a component.
     *
     * @throws IllegalArgumentException if there is none; names those there are
     */
    public LayoutField field(String name) {
        for (LayoutField field : fields) {
            if (field.name().equals(name)) {
                return field;
            }
        }
        throw new IllegalArgumentException("no such component: record=" + typeName + ", component=" + name
                + ", components=" + fields.stream().map(LayoutField::name).toList());
    }

    /** The size of the fixed part: a multiple of 8. */
    public int fixedBytes() {
        return fixedBytes;
    }

    /** Whether there is never a variable part. */
    public boolean isFixedSize() {
        return isFixedSize;
    }

    /**
     * Says whether two layouts are the same: a hash over component names, kinds, offsets, enum constants, alternatives and
     * chosen Protobuf numbers, but not over class names of records and enums. The same in every run and on every machine.
     */
    public long layoutHash() {
        return layoutHash;
    }

    /** The layout as a table, one line for each leaf, for people. */
    public String describe() {
        return LayoutText.table(this);
    }

    @Override
    public String toString() {
        return describe();
    }
}
