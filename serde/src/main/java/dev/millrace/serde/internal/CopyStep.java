package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.SchemaField;
import dev.millrace.serde.SchemaType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the parts of one value lie that {@link BlobAssembly} has to look at. Immutable. */
final class CopyStep {
    static final CopyStep[] NONE = {};

    final FieldKind kind;
    final int offset;
    final int inner;
    final int stride;
    final String name;
    /** Whether copying the slot is all there is to do. */
    final boolean isPlain;
    /** The fields of a record that are not plain, all alternatives of a union, or the parts of what holds others. */
    final CopyStep[] parts;

    /** How the entries of a map lie; null for the rest. */
    final @Nullable EntryOrder order;

    private CopyStep(SchemaType type, String name, int offset, CopyStep[] parts, byte[] constants) {
        this.order = type.kind() == FieldKind.MAP ? new EntryOrder(type.parts().get(0), constants) : null;
        this.kind = type.kind();
        this.offset = offset;
        this.inner = type.innerOffsetBytes();
        this.stride = type.strideBytes();
        this.name = name;
        this.parts = parts;
        this.isPlain = switch (kind) {
            case RECORD -> parts.length == 0;
            case OPTIONAL -> parts[0].isPlain;
            case BOOLEAN, BYTE, SHORT, CHAR, INT, LONG, FLOAT, DOUBLE, ENUM, INSTANT, DURATION -> true;
            case LOCAL_DATE, LOCAL_DATE_TIME, UUID, FIXED_TEXT -> true;
            case TEXT, BYTES, DECIMAL, ARRAY, LIST, MAP, UNION -> false;
        };
    }

    /** Whether nothing of an entry of a map lies outside of its slots. */
    boolean isEntryPlain() {
        return parts[0].isPlain && parts[1].isPlain;
    }

    static CopyStep of(SchemaType type, String name, int offset, byte[] constants) {
        List<CopyStep> parts = new ArrayList<>();
        for (SchemaField field : type.fields()) {
            CopyStep part = of(field.type(), field.name(), field.offsetBytes(), constants);
            if (!part.isPlain || type.kind() == FieldKind.UNION) {
                parts.add(part);
            }
        }
        for (SchemaType part : type.parts()) {
            parts.add(of(part, name, parts.isEmpty() ? 0 : type.innerOffsetBytes(), constants));
        }
        return new CopyStep(type, name, offset, parts.toArray(NONE), constants);
    }
}
