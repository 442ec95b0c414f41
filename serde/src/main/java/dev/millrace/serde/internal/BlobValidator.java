package dev.millrace.serde.internal;

import dev.millrace.serde.FieldType;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.util.IdentityHashMap;

/**
 * Checks that bytes are the blob of some value: the very bytes that the codec would write for it. Since a blob is also a
 * key, a second form of the same value is as wrong as no value. Never reads outside of the bytes, and makes nothing of a
 * size that they say. Immutable; any thread may use it.
 */
final class BlobValidator {
    private final RecordLayout layout;
    /** For each layout that is the outermost in some slot, the offsets of its bytes that belong to no field. */
    private final IdentityHashMap<RecordLayout, int[]> padding = new IdentityHashMap<>();

    BlobValidator(RecordLayout layout) {
        this.layout = layout;
        collectPadding(layout);
    }

    void validate(long address, int lengthBytes) {
        if (lengthBytes < layout.fixedBytes() || lengthBytes % RecordLayout.ALIGNMENT_BYTES != 0) {
            throw new MalformedRecordException("malformed record: record=" + layout.typeName()
                    + ": length does not fit: lengthBytes=" + lengthBytes + ", fixedBytes=" + layout.fixedBytes());
        }
        int end = validateRow(address, address, layout.fixedBytes(), lengthBytes);
        if (end != lengthBytes) {
            throw new MalformedRecordException("malformed record: record=" + layout.typeName()
                    + ": bytes behind the last text: lengthBytes=" + lengthBytes + ", expectedBytes=" + end);
        }
    }

    /** Checks one value whose variable part must lie at an offset from the base. Returns the offset where it ends. */
    int validateRow(long fixedAddress, long base, int variableOffset, int limitOffset) {
        BlobWalk walk = new BlobWalk(padding, layout.typeName(), base, variableOffset, limitOffset);
        walk.record(layout, fixedAddress);
        return walk.variableOffset();
    }

    private void collectPadding(RecordLayout outermost) {
        if (padding.put(outermost, Padding.bytes(outermost).stream().toArray()) == null) {
            collectInside(outermost);
        }
    }

    private void collectInside(RecordLayout record) {
        for (LayoutField field : record.fields()) {
            collectBelow(field.fieldType());
        }
    }

    /** A record directly in a record shares its padding; below anything else it is the outermost of a slot. */
    private void collectBelow(FieldType type) {
        if (type instanceof FieldType.RecordOf record) {
            collectInside(record.layout());
        } else if (type instanceof FieldType.ListOf list) {
            collectSlot(list.element());
        } else if (type instanceof FieldType.OptionalOf optional) {
            collectSlot(optional.value());
        } else if (type instanceof FieldType.MapOf map) {
            collectSlot(map.key());
            collectSlot(map.value());
        } else if (type instanceof FieldType.UnionOf union) {
            for (FieldType.Alternative alternative : union.alternatives()) {
                collectPadding(alternative.layout());
            }
        }
    }

    private void collectSlot(FieldType type) {
        if (type instanceof FieldType.RecordOf record) {
            collectPadding(record.layout());
        } else {
            collectBelow(type);
        }
    }
}
