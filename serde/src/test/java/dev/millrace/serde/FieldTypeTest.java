package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The layouts of all kinds beyond plain numbers and text. */
final class FieldTypeTest {
    @Test
    void fieldsAreAlignedAndDoNotOverlap() {
        for (RecordLayout layout : RichShapes.layouts()) {
            BitSet used = new BitSet();
            for (LayoutField field : layout.fields()) {
                int end = field.offsetBytes() + field.sizeBytes();
                assertEquals(0, field.offsetBytes() % field.fieldType().alignmentBytes(), layout::describe);
                assertTrue(used.get(field.offsetBytes(), end).isEmpty(), layout::describe);
                used.set(field.offsetBytes(), end);
            }
            assertEquals(RecordLayout.align(used.length()), layout.fixedBytes(), layout::describe);
        }
    }

    @Test
    void eachKindTakesWhatItsDrawingSays() {
        assertEquals(List.of(12, 8, 12, 16, 12), sizes(RecordLayout.of(RichShapes.Times.class)));
        assertEquals(List.of(8, 8, 8, 8, 8, 8, 8, 8), sizes(RecordLayout.of(RichShapes.Arrays.class)));
        assertEquals(List.of(10, 4, 18, 1), sizes(RecordLayout.of(RichShapes.Code.class)));
        assertEquals(List.of(9, 9, 41, 1, 13), sizes(RecordLayout.of(RichShapes.Maybe.class)));
        RecordLayout drawing = RecordLayout.of(RichShapes.Drawing.class);
        assertEquals(List.of(1, 28, 8, 29), sizes(drawing));
        FieldType.UnionOf shape = (FieldType.UnionOf) drawing.field("first").fieldType();
        assertEquals(24, shape.ordinalOffsetBytes());
        assertEquals(
                List.of("Circle", "Polygon", "Nothing"),
                shape.alternatives().stream().map(FieldType.Alternative::name).toList());
    }

    @Test
    void slotsOfElementsAndEntriesAreAligned() {
        RecordLayout maps = RecordLayout.of(RichShapes.Maps.class);
        FieldType.MapOf counts = (FieldType.MapOf) maps.field("counts").fieldType();
        assertEquals(8, counts.valueOffsetBytes());
        assertEquals(16, counts.entryStrideBytes());
        FieldType.MapOf ids = (FieldType.MapOf) maps.field("ids").fieldType();
        assertEquals(16, ids.valueOffsetBytes());
        assertEquals(32, ids.entryStrideBytes());
        FieldType.ListOf maybe = (FieldType.ListOf)
                RecordLayout.of(RichShapes.Lists.class).field("maybe").fieldType();
        assertEquals(2, maybe.element().strideBytes());
        FieldType.ListOf short3 = (FieldType.ListOf)
                RecordLayout.of(RichShapes.Lists.class).field("short3").fieldType();
        assertEquals(new FieldType.FixedText(3), short3.element());
        assertEquals(16, short3.element().strideBytes());
    }

    @Test
    void whatHasNothingOutsideItsSlotIsOfFixedSize() {
        assertTrue(RecordLayout.of(RichShapes.Code.class).isFixedSize());
        assertFalse(RecordLayout.of(RichShapes.Maybe.class).isFixedSize());
        assertFalse(RecordLayout.of(RichShapes.Shape.class).isFixedSize());
        record MaybeNumber(Optional<Double> number, Optional<RichShapes.Code> code) {}
        assertTrue(RecordLayout.of(MaybeNumber.class).isFixedSize());
        assertFalse(RecordLayout.of(byte[].class).isFixedSize());
    }

    @Test
    void typeParametersAreFilledIn() {
        RecordLayout generic = RecordLayout.of(RichShapes.Generic.class);
        RecordLayout first = generic.field("first").nested();
        assertEquals(FieldKind.LONG, first.field("left").kind());
        assertEquals(long.class, first.field("left").type());
        assertEquals(FieldKind.TEXT, first.field("right").kind());
        RecordLayout second = generic.field("second").nested();
        assertEquals(
                FieldKind.ENUM, second.field("left").nested().field("right").kind());
        FieldType.UnionOf event = (FieldType.UnionOf) generic.field("event").fieldType();
        assertEquals(
                FieldKind.LONG,
                event.alternatives().get(0).layout().field("key").kind());
        assertEquals(
                first.layoutHash(),
                RecordLayout.of(new TypeToken<RichShapes.Pair<Long, String>>() {})
                        .layoutHash());
        assertEquals(RichShapes.class.getName() + "$Pair<java.lang.Long, java.lang.String>", first.typeName());
    }

    record Marked(@Key @Tag(7) long id, @Timestamp Instant at, @Since(3) @Tag(1) int count) {}

    @Tag(5)
    record Numbered(int a) implements Numbering {}

    record Unnumbered(int a) implements Numbering {}

    sealed interface Numbering permits Numbered, Unnumbered {}

    @Test
    void annotationsAreInTheModel() {
        RecordLayout layout = RecordLayout.of(Marked.class);
        assertEquals(
                List.of(7, 2, 1), layout.fields().stream().map(LayoutField::tag).toList());
        assertEquals(
                List.of(1, 1, 3),
                layout.fields().stream().map(LayoutField::since).toList());
        assertTrue(layout.field("id").isKey());
        assertFalse(layout.field("at").isKey());
        assertTrue(layout.field("at").isTimestamp());
        FieldType.UnionOf union = (FieldType.UnionOf)
                RecordLayout.of(Numbering.class).fields().get(0).fieldType();
        assertEquals(
                List.of(5, 2),
                union.alternatives().stream().map(FieldType.Alternative::tag).toList());
        assertThrows(IllegalArgumentException.class, () -> layout.field("nothing"));
    }

    record ListOfInts(List<Integer> a) {}

    record ListOfLongs(List<Long> a) {}

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record ArrayOfInts(int[] a) {}

    record MapOfInts(Map<Integer, Integer> a) {}

    record MaybeInt(Optional<Integer> a) {}

    record Fixed3(@FixedUtf8(3) String a) {}

    record Fixed4(@FixedUtf8(4) String a) {}

    record Tagged(@Tag(2) List<Integer> a) {}

    sealed interface One permits Left, Right {}

    sealed interface Other permits Right, Left {}

    record Left(int a) implements One, Other {}

    record Right(int a) implements One, Other {}

    record HoldsOne(One a) {}

    record HoldsOther(Other a) {}

    record DurationField(java.time.Duration a) {}

    record InstantField(Instant a) {}

    @Test
    void theHashTellsLayoutsApart() {
        Set<Long> hashes = new HashSet<>();
        List<Class<?>> types = List.of(
                ListOfInts.class,
                ListOfLongs.class,
                ArrayOfInts.class,
                MapOfInts.class,
                MaybeInt.class,
                Fixed3.class,
                Fixed4.class,
                Tagged.class,
                HoldsOne.class,
                HoldsOther.class,
                DurationField.class,
                InstantField.class);
        for (Class<?> type : types) {
            assertTrue(hashes.add(RecordLayout.of(type).layoutHash()), type.getName());
        }
        assertNotEquals(
                RecordLayout.of(new TypeToken<RichShapes.Pair<Long, Long>>() {}).layoutHash(),
                RecordLayout.of(new TypeToken<RichShapes.Pair<Long, Integer>>() {})
                        .layoutHash());
    }

    @Test
    void describesWhatIsInside() {
        String table = RecordLayout.of(RichShapes.Drawing.class).describe();
        for (String part : List.of("first(Circle).radius", "others[](Polygon).corners[].x", "last?(Nothing).sure")) {
            assertTrue(table.contains(part), table);
        }
        String maps = RecordLayout.of(RichShapes.Maps.class).describe();
        assertTrue(maps.contains("nested[].value[].key"), maps);
    }

    private static List<Integer> sizes(RecordLayout layout) {
        return layout.fields().stream().map(LayoutField::sizeBytes).toList();
    }
}
