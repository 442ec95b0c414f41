package dev.millrace.serde;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Gives the fields of one record their places: widest first, each at the lowest aligned offset that is free. */
final class FieldPlacer {
    private final List<FieldMarks> marks = new ArrayList<>();
    private final List<FieldType> types = new ArrayList<>();
    private final BitSet used = new BitSet();

    /** The next field in the order of declaration. */
    void add(FieldMarks mark, FieldType type) {
        marks.add(mark);
        types.add(type);
    }

    /** All fields in the order of declaration. Called once. */
    List<LayoutField> place() {
        List<Integer> widestFirst = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            widestFirst.add(i);
        }
        widestFirst.sort(
                Comparator.comparingInt((Integer i) -> types.get(i).sizeBytes()).reversed());
        LayoutField[] fields = new LayoutField[types.size()];
        for (int i : widestFirst) {
            FieldType type = types.get(i);
            int offset = 0;
            while (!used.get(offset, offset + type.sizeBytes()).isEmpty()) {
                offset += type.alignmentBytes();
            }
            used.set(offset, offset + type.sizeBytes());
            fields[i] = new LayoutField(marks.get(i), i, type, offset);
        }
        return List.of(fields);
    }

    /** The size of the fixed part, once fields are placed. */
    int fixedBytes() {
        return RecordLayout.align(used.length());
    }
}
