package dev.millrace.serde;

/** One component of a {@link RecordLayout}: its name, type and place. Immutable; any thread may use it. */
public final class LayoutField {
    private final FieldMarks marks;
    private final int position;
    private final FieldType fieldType;
    private final int offsetBytes;

    LayoutField(FieldMarks marks, int position, FieldType fieldType, int offsetBytes) {
        this.marks = marks;
        this.position = position;
        this.fieldType = fieldType;
        this.offsetBytes = offsetBytes;
    }

    /** The component's name; {@code value} where the layout is that of a single value. */
    public String name() {
        return marks.name();
    }

    /** The component's place in the record's declaration, from 0. */
    public int position() {
        return position;
    }

    /** The component's number in Protobuf: {@link Tag}, or one more than the position. */
    public int tag() {
        return marks.tag();
    }

    /** The version of the record that brought the component: {@link Since}, or 1. */
    public int since() {
        return marks.since();
    }

    /** Whether the component is marked with {@link Key}. */
    public boolean isKey() {
        return marks.isKey();
    }

    /** Whether the component is marked with {@link Timestamp}. */
    public boolean isTimestamp() {
        return marks.isTimestamp();
    }

    /** What the component holds, as a tree. */
    public FieldType fieldType() {
        return fieldType;
    }

    public FieldKind kind() {
        return fieldType.kind();
    }

    /** The component's Java type, without type parameters; a primitive one where a box stands for it. */
    public Class<?> type() {
        return fieldType.javaType();
    }

    /** Where the field starts, from the start of the fixed part of its record. */
    public int offsetBytes() {
        return offsetBytes;
    }

    /** What the field takes in the fixed part. */
    public int sizeBytes() {
        return fieldType.sizeBytes();
    }

    /**
     * The layout of a nested record.
     *
     * @throws IllegalStateException if the kind is not {@link FieldKind#RECORD}
     */
    public RecordLayout nested() {
        if (fieldType instanceof FieldType.RecordOf record) {
            return record.layout();
        }
        throw new IllegalStateException("field holds no record: component=" + name() + ", kind=" + kind());
    }

    /** How many constants the field's enum has. */
    public int enumConstantCount() {
        if (fieldType instanceof FieldType.EnumOf constants) {
            return constants.constantCount();
        }
        throw new IllegalStateException("field holds no enum: component=" + name() + ", kind=" + kind());
    }
}
