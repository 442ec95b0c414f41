package dev.millrace.serde.internal;

import dev.millrace.serde.FieldKind;
import dev.millrace.serde.LayoutField;
import dev.millrace.serde.RecordLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which bytes of a layout's fixed part belong to no field. What is in the slot of an optional value or a union is theirs. */
final class Padding {
    private Padding() {}

    static BitSet bytes(RecordLayout layout) {
        BitSet padding = new BitSet();
        padding.set(0, layout.fixedBytes());
        clearUsed(layout, 0, padding);
        return padding;
    }

    /** The offsets of the 8-byte words that hold padding. */
    static List<Integer> words(RecordLayout layout) {
        BitSet padding = bytes(layout);
        List<Integer> words = new ArrayList<>();
        for (int word = 0; word < layout.fixedBytes(); word += Long.BYTES) {
            if (!padding.get(word, word + Long.BYTES).isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    private static void clearUsed(RecordLayout layout, int startBytes, BitSet padding) {
        for (LayoutField field : layout.fields()) {
            int offset = startBytes + field.offsetBytes();
            if (field.kind() == FieldKind.RECORD) {
                clearUsed(field.nested(), offset, padding);
            } else {
                padding.clear(offset, offset + field.sizeBytes());
            }
        }
    }
}
