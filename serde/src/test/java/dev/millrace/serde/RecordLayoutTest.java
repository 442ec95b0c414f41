package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Array;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecordLayoutTest {
    static Class<?>[] shapes() {
        return Shapes.all();
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void fieldsAreAlignedAndDoNotOverlap(Class<?> type) {
        RecordLayout layout = RecordLayout.of(type);
        BitSet used = new BitSet();
        for (LayoutField field : layout.fields()) {
            int end = field.offsetBytes() + field.sizeBytes();
            assertEquals(0, field.offsetBytes() % field.fieldType().alignmentBytes(), layout::describe);
            assertTrue(used.get(field.offsetBytes(), end).isEmpty(), layout::describe);
            assertTrue(end <= layout.fixedBytes(), layout::describe);
            used.set(field.offsetBytes(), end);
        }
        assertEquals(0, layout.fixedBytes() % 8);
        assertTrue(layout.fixedBytes() - used.length() < 8, layout::describe);
    }

    @Test
    void narrowFieldsFillTheHolesOfWideOnes() {
        RecordLayout layout = RecordLayout.of(Shapes.TwoInstants.class);
        assertEquals(32, layout.fixedBytes());
        assertEquals(List.of(0, 12, 16, 28), offsets(layout));
    }

    @Test
    void aSingleValueIsOneFieldCalledValue() {
        RecordLayout layout = RecordLayout.of(Long.class);
        assertEquals("value", layout.fields().get(0).name());
        assertEquals(FieldKind.LONG, layout.fields().get(0).kind());
        assertEquals(8, layout.fixedBytes());
        assertFalse(layout.isRecord());
        assertEquals(RecordLayout.of(long.class).layoutHash(), layout.layoutHash());
    }

    @Test
    void textAnywhereMakesTheSizeVary() {
        assertTrue(RecordLayout.of(Shapes.Fixed.class).isFixedSize());
        assertFalse(RecordLayout.of(Shapes.Outer.class).isFixedSize());
        assertFalse(RecordLayout.of(String.class).isFixedSize());
    }

    record Base(int a, long b) {}

    record Renamed(int a, long c) {}

    record Retyped(int a, double b) {}

    record Reordered(long b, int a) {}

    record SameWidths(int a, int b) {}

    record SwappedWidths(int b, int a) {}

    enum Colour {
        RED,
        GREEN
    }

    enum Paint {
        GREEN,
        RED
    }

    record Coloured(Colour c) {}

    record Painted(Paint c) {}

    record Deep(Base base) {}

    record DeepRenamed(Renamed base) {}

    @Test
    void theHashTellsLayoutsApart() {
        List<Class<?>> types = List.of(
                Base.class,
                Renamed.class,
                Retyped.class,
                SameWidths.class,
                SwappedWidths.class,
                Coloured.class,
                Painted.class,
                Deep.class,
                DeepRenamed.class,
                Reordered.class);
        for (Class<?> left : types) {
            for (Class<?> right : types) {
                if (left != right) {
                    assertNotEquals(hash(left), hash(right), left + " " + right);
                }
            }
        }
    }

    @Test
    void theHashDoesNotDependOnTheRunOrTheClassName() {
        record Elsewhere(int a, long b) {}
        assertEquals(hash(Base.class), hash(Elsewhere.class));
        assertEquals(6000977554457160201L, hash(Base.class));
    }

    @Test
    void describesEachLeafWithItsOffset() {
        String table = RecordLayout.of(Shapes.Outer.class).describe();
        assertTrue(table.contains("middle.note.words"), table);
        assertTrue(table.contains("TEXT"), table);
        assertEquals(table, RecordLayout.of(Shapes.Outer.class).toString());
    }

    record L10(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {}

    record L100(L10 a, L10 b, L10 c, L10 d, L10 e, L10 f, L10 g, L10 h, L10 i, L10 j) {}

    record L1000(L100 a, L100 b, L100 c, L100 d, L100 e, L100 f, L100 g, L100 h, L100 i, L100 j) {}

    record TooWide(L1000 a, L1000 b, L100 c) {}

    @Test
    void refusesAFixedPartPastItsLimit() {
        assertEquals(8000, RecordLayout.of(L1000.class).fixedBytes());
        assertRefused(TooWide.class, "", "limitBytes=16384");
    }

    @Test
    void enumConstantsAreCountedAndNestedLayoutsAreThereOnlyWhereTheyAre() {
        LayoutField side = RecordLayout.of(Shapes.Side.class).fields().get(0);
        assertEquals(Array.getLength(Shapes.Side.values()), side.enumConstantCount());
        assertThrows(IllegalStateException.class, side::nested);
        LayoutField number = RecordLayout.of(int.class).fields().get(0);
        assertThrows(IllegalStateException.class, number::enumConstantCount);
        assertEquals(
                Instant.class, RecordLayout.of(Instant.class).fields().get(0).type());
    }

    private static void assertRefused(Class<?> type, String path, String... parts) {
        UnsupportedTypeException refusal =
                assertThrows(UnsupportedTypeException.class, () -> RecordLayout.of(type), type.getName());
        assertEquals(path, refusal.componentPath());
        assertTrue(refusal.getMessage().startsWith("unsupported type: record="), refusal.getMessage());
        for (String part : parts) {
            assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        }
    }

    private static long hash(Class<?> type) {
        return RecordLayout.of(type).layoutHash();
    }

    private static List<Integer> offsets(RecordLayout layout) {
        return layout.fields().stream().map(LayoutField::offsetBytes).toList();
    }
}
