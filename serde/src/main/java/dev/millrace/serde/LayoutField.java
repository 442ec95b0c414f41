package dev.millrace.serde;

import org.jspecify.annotations.Nullable;

/** One component of a {@link RecordLayout}: its name and place. Immutable; any thread may use it. */
public final class LayoutField {
    private final String name;
    private final int position;
    private final FieldKind kind;
    private final Class<?> type;
    private final int offsetBytes;
    private final int sizeBytes;
    /** Set for kind RECORD only. */
    private final @Nullable RecordLayout nested;

    LayoutField(
            String name,
            int position,
            FieldKind kind,
            Class<?> type,
            int offsetBytes,
            int sizeBytes,
            @Nullable RecordLayout nested) {
        this.name = name;
        this.position = position;
        this.kind = kind;
        this.type = type;
        this.offsetBytes = offsetBytes;
        this.sizeBytes = sizeBytes;
        this.nested = nested;
    }

    /** The component's name; {@code value} where the layout is that of a single value. */
    public String name() {
        return name;
    }

    /** The component's place in the record's declaration, from 0. */
    public int position() {
        return position;
    }

    public FieldKind kind() {
        return kind;
    }

    /** The component's Java type; a primitive one where a single value's box was asked for. */
    public Class<?> type() {
        return type;
    }

    /** Where the field starts, from the start of the fixed part of its record. */
    public int offsetBytes() {
        return offsetBytes;
    }

    /** What the field takes in the fixed part. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /**
     * The layout of a nested record.
     *
     * @throws IllegalStateException if the kind is not {@link FieldKind#RECORD}
     */
    public RecordLayout nested() {
        if (nested == null) {
            throw new IllegalStateException("field holds no record: component=" + name + ", kind=" + kind);
        }
        return nested;
    }

    /** How many constants the field's enum has. */
    public int enumConstantCount() {
        if (kind != FieldKind.ENUM) {
            throw new IllegalStateException("field holds no enum: component=" + name + ", kind=" + kind);
        }
        return type.getEnumConstants().length;
    }
}
