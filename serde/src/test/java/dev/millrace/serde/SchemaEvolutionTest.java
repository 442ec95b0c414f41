package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What may become of a type while values of it are stored, and what may not. */
@SuppressWarnings("SameNameButDifferent") // Two versions of one type have one name.
final class SchemaEvolutionTest {
    private static final long SEED = 31337L;

    /** A type as it was. */
    private static final class Then {
        enum Status {
            OPEN,
            PAID
        }

        record Item(String name, int count) {}

        record Order(long id, String customer, float weight, Status status, Item item, Instant at, short shelf) {}
    }

    /** The same type with every change that can be read. */
    private static final class Now {
        enum Status {
            CANCELLED,
            OPEN,
            PAID,
            RETURNED
        }

        record Item(@Since(2) @Default("5") int discount, String name, long count) {}

        record Order(
                @Tag(1) long number,
                double weight,
                Status status,
                @Tag(40) @Since(2) @Default("EUR") String currency,
                Item item,
                Instant at,
                @Tag(41) @Since(2) @Default("PAID") Status former,
                @Tag(42) @Since(3) String note,
                double shelf) {}
    }

    private static SchemaDescriptor schema(Class<?> type) {
        return SchemaDescriptor.of(RecordLayout.of(type));
    }

    private static SchemaEvolution between(Class<?> stored, Class<?> current) {
        // As it is read back from where it was stored.
        return SchemaEvolution.between(SchemaDescriptor.parse(schema(stored).toBytes()), schema(current));
    }

    private static Now.Order now(Then.Order then) {
        return new Now.Order(
                then.id(),
                then.weight(),
                Now.Status.valueOf(then.status().name()),
                "EUR",
                new Now.Item(5, then.item().name(), then.item().count()),
                then.at(),
                Now.Status.PAID,
                "",
                then.shelf());
    }

    @Test
    void readsOldMessagesAndOldBlobsAsToday() {
        SchemaEvolution evolution = between(Then.Order.class, Now.Order.class);
        assertEquals(List.of(), evolution.refusals());
        EvolvedReader reader = evolution.reader();
        ProtobufTranscoder old = ProtobufTranscoder.of(RecordLayout.of(Then.Order.class));
        RandomValues values = new RandomValues(SEED);
        for (int i = 0; i < 2000; i++) {
            Then.Order then = (Then.Order) values.next(Then.Order.class);
            byte[] oldBlob = Blobs.blob(then);
            byte[] message = Blobs.message(old, oldBlob);
            byte[] wanted = Blobs.blob(now(then));
            assertArrayEquals(wanted, reader.decode(message, 0, message.length), "seed=" + SEED);
            assertArrayEquals(wanted, Blobs.inMemory(oldBlob, reader::decodeFlat), "seed=" + SEED);
        }
    }

    @Test
    void givesDefaultsAlsoWhereNothingWasWritten() {
        Then.Order empty = new Then.Order(0, "", 0, Then.Status.OPEN, new Then.Item("", 0), Instant.EPOCH, (short) 0);
        EvolvedReader reader = between(Then.Order.class, Now.Order.class).reader();
        assertArrayEquals(Blobs.blob(now(empty)), reader.decode(new byte[0], 0, 0));
    }

    @Test
    void tellsEachChange() {
        List<String> changes = between(Then.Order.class, Now.Order.class).changes();
        String all = String.join("\n", changes);
        assertTrue(all.contains("component=number was renamed: stored=[long id = 1], wanted=[long number = 1]"), all);
        assertTrue(all.contains("component=weight was widened: stored=[float], wanted=[double]"), all);
        assertTrue(all.contains("component=customer was removed: stored=[String customer = 2]"), all);
        assertTrue(all.contains("wanted=[String currency = 40, since version 2, default EUR]"), all);
        assertTrue(all.contains("component=status has other constants: stored=[OPEN, PAID], wanted=[CANCELLED,"), all);
        assertTrue(all.contains("component=item.count was widened: stored=[int], wanted=[long]"), all);
    }

    @Test
    void findsNothingToDoForTheSameType() {
        SchemaEvolution evolution = between(Then.Order.class, Then.Order.class);
        assertTrue(evolution.isUnchanged());
        assertEquals(List.of(), evolution.keyRefusals());
    }

    record One(int count) {}

    record OneText(String count) {}

    record OneNarrow(short count) {}

    record OneFloat(float count) {}

    record OneOptional(Optional<Integer> count) {}

    record OneList(List<Integer> count) {}

    record OneListOfTexts(List<String> count) {}

    record OneOtherName(int amount) {}

    record OneOtherTag(@Tag(2) int count) {}

    record OneReused(@Tag(1) String name) {}

    record Both(@Tag(1) int other, int count) {}

    sealed interface Shape permits Circle, Square {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    record OneUnion(int count, Shape shape) {}

    record OneStatus(Then.Status status) {}

    record NewStatus(Now.Status status) {}

    @Test
    void refusesEverythingElseAndShowsBothVersions() {
        assertRefused(One.class, OneText.class, "component=count has another type: stored=[int], wanted=[String]");
        assertRefused(One.class, OneNarrow.class, "component=count has another type: stored=[int], wanted=[short]");
        assertRefused(One.class, OneFloat.class, "component=count has another type: stored=[int], wanted=[float]");
        assertRefused(One.class, OneOptional.class, "stored=[int], wanted=[Optional<int>]");
        assertRefused(OneList.class, OneListOfTexts.class, "component=count[] has another type: stored=[int]");
        assertRefused(
                One.class,
                OneOtherName.class,
                "component=amount stands where count stood; if it was renamed, give it @Tag(1), else a @Tag that was never"
                        + " used: stored=[int count = 1], wanted=[int amount = 1]");
        assertRefused(One.class, OneOtherTag.class, "component=count has another @Tag; keep @Tag(1)");
        assertRefused(One.class, OneReused.class, "component=name has another type: stored=[int], wanted=[String]");
        assertRefused(One.class, Both.class, "component=count and other both stand for one");
        assertRefused(One.class, OneUnion.class, "component=shape was added and has no default; use Optional");
        assertRefused(NewStatus.class, OneStatus.class, "component=status has lost constants");
    }

    private static void assertRefused(Class<?> stored, Class<?> current, String difference) {
        SchemaEvolution evolution = between(stored, current);
        assertFalse(evolution.isReadable());
        IncompatibleSchemaException refusal = assertThrows(IncompatibleSchemaException.class, evolution::reader);
        assertTrue(refusal.getMessage().contains(difference), refusal.getMessage());
    }

    record Key(String name, Then.Status status) {}

    record KeyAppended(@Tag(1) String called, AppendedStatus status) {}

    enum AppendedStatus {
        OPEN,
        PAID,
        RETURNED
    }

    record KeyInserted(String name, Now.Status status) {}

    record KeyWithMore(String name, Then.Status status, int more) {}

    record KeyWithLess(String name) {}

    record KeyTurned(Then.Status status, String name) {}

    @Test
    void letsAKeyChangeOnlyWhatLeavesItsBytes() {
        assertEquals(List.of(), between(Key.class, KeyAppended.class).keyRefusals());
        assertKeyRefused(Key.class, KeyInserted.class, "status has other constants, which a key cannot be");
        assertKeyRefused(Key.class, KeyWithMore.class, "more was added, which a key cannot be");
        assertKeyRefused(Key.class, KeyWithLess.class, "status was removed, which a key cannot be");
        assertKeyRefused(Key.class, KeyTurned.class, "status has another number, which a key cannot be");
        assertKeyRefused(int.class, long.class, "value was widened, which a key cannot be");
    }

    private static void assertKeyRefused(Class<?> stored, Class<?> current, String difference) {
        List<String> refusals = between(stored, current).keyRefusals();
        assertTrue(refusals.toString().contains(difference), refusals.toString());
    }

    record BadDefault(@Default("many") int count) {}

    record BadConstant(@Default("LOST") Then.Status status) {}

    record ListDefault(@Default("a") List<String> words) {}

    @Test
    void refusesADefaultThatIsNoValue() {
        for (Class<?> type : List.of(BadDefault.class, BadConstant.class, ListDefault.class)) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> schema(type));
            assertTrue(refusal.getMessage().startsWith("default does not fit: component="), refusal.getMessage());
        }
    }
}
