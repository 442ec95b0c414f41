package dev.millrace.serde;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The one flat layout of a type: where each component of a record lies, computed once from the class.
 *
 * <p>A value is a fixed part, whose size is the same for every value, and a variable part that holds the text:
 *
 * <pre>
 *   blob      0                     fixedBytes               blobBytes
 *             +---------------------+----------+-------------+
 *             | fixed part          | text 1   | text 2 ...  |     each text padded with zeros to 8 bytes
 *             +---------------------+----------+-------------+
 *                {offset, length} --^ relative to the blob's start
 * </pre>
 *
 * <p>Fields are placed widest first, each at the lowest aligned offset that is free, so that padding is small. Padding is
 * zero and a float is never another NaN than Java's own: equal values have equal bytes, so a blob is a key.
 *
 * <p>A type is a record whose components are primitives, {@code String}, {@code Instant}, enums and such records; or one of
 * these (or a box) alone, which has one field called {@code value}. Limits: {@link #MAX_COMPONENTS} components a record,
 * {@link #MAX_FIXED_BYTES} bytes of fixed part.
 *
 * <p>Immutable; any thread may use it.
 */
public final class RecordLayout {
    /** The most components one record may have: what a constructor call through method handles can carry, with a reserve. */
    public static final int MAX_COMPONENTS = 100;

    /** The largest fixed part. */
    public static final int MAX_FIXED_BYTES = 16 << 10;

    /** Fields and variable items start at multiples of this. */
    public static final int ALIGNMENT_BYTES = Long.BYTES;

    private final Class<?> type;
    private final List<LayoutField> fields;
    private final int fixedBytes;
    private final boolean isFixedSize;
    private final long layoutHash;

    RecordLayout(Class<?> type, List<LayoutField> fields, int fixedBytes) {
        this.type = type;
        this.fields = List.copyOf(fields);
        this.fixedBytes = fixedBytes;
        boolean fixed = true;
        for (LayoutField field : fields) {
            fixed &= field.kind() != FieldKind.TEXT;
            fixed &= field.kind() != FieldKind.RECORD || field.nested().isFixedSize;
        }
        this.isFixedSize = fixed;
        StringBuilder canonical = new StringBuilder();
        appendCanonical(canonical);
        this.layoutHash = hash(canonical.toString());
    }

    /**
     * Computes the layout of a type.
     *
     * @throws UnsupportedTypeException if a component cannot be laid out; names it, and what could stand in its place
     */
    public static RecordLayout of(Class<?> type) {
        return new LayoutBuilder(type).build();
    }

    /** Rounds a size up to the next multiple of {@link #ALIGNMENT_BYTES}. */
    public static int align(int sizeBytes) {
        return (sizeBytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    /** The class this layout was asked for. */
    public Class<?> type() {
        return type;
    }

    /** Whether the type is a record; a single value otherwise. */
    public boolean isRecord() {
        return type.isRecord();
    }

    /** The fields in the order of declaration, which need not be that of their offsets. */
    public List<LayoutField> fields() {
        return fields;
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
     * Says whether two layouts are the same: a hash over component names, kinds, offsets and enum constants, but not over
     * class names. The same in every run and on every machine.
     */
    public long layoutHash() {
        return layoutHash;
    }

    /** The layout as a table, one line for each leaf, for people. */
    public String describe() {
        StringBuilder table = new StringBuilder();
        table.append(type.getTypeName())
                .append(": fixedBytes=")
                .append(fixedBytes)
                .append(isFixedSize ? "" : " and text")
                .append(", layoutHash=0x")
                .append(String.format("%016x", layoutHash))
                .append(String.format("%n%8s  %5s  %-8s component", "offset", "bytes", "kind"));
        appendRows(table, "", 0);
        return table.toString();
    }

    @Override
    public String toString() {
        return describe();
    }

    private void appendRows(StringBuilder table, String path, int startBytes) {
        for (LayoutField field : fields) {
            int offset = startBytes + field.offsetBytes();
            String name = path + field.name();
            if (field.kind() == FieldKind.RECORD) {
                field.nested().appendRows(table, name + '.', offset);
            } else {
                table.append(String.format("%n%8d  %5d  %-8s %s", offset, field.sizeBytes(), field.kind(), name));
            }
        }
    }

    private void appendCanonical(StringBuilder text) {
        text.append('{').append(fixedBytes);
        for (LayoutField field : fields) {
            text.append(';').append(field.name()).append(':').append(field.kind());
            text.append('@').append(field.offsetBytes());
            if (field.kind() == FieldKind.RECORD) {
                field.nested().appendCanonical(text);
            } else if (field.kind() == FieldKind.ENUM) {
                for (Object constant : field.type().getEnumConstants()) {
                    text.append(',').append(((Enum<?>) constant).name());
                }
            }
        }
        text.append('}');
    }

    /** FNV-1a over the UTF-8 bytes, then the finaliser of MurmurHash3 so that every bit counts. */
    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (unit & 0xFF)) * 0x100000001B3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }
}
