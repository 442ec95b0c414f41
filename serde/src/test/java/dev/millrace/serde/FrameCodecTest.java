package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.TestMemory;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FrameCodecTest {
    private static final long SEED = 20_271L;
    private static final int BYTES = 1 << 16;

    @ParameterizedTest
    @EnumSource(InFlightMode.class)
    void decodeUndoesEncode(InFlightMode mode) {
        roundTrips(mode, Shapes.Middle.class);
        roundTrips(mode, Shapes.Fixed.class);
    }

    @Test
    void flatFramesCarryEveryKindOfComponent() {
        roundTrips(InFlightMode.UNSAFE, RichShapes.Drawing.class);
        roundTrips(InFlightMode.UNSAFE, RichShapes.Maps.class);
    }

    private static <T> void roundTrips(InFlightMode mode, Class<T> type) {
        FlatCodec<T> codec = FlatCodec.of(type);
        FrameCodec frames = FrameCodec.of(mode, codec.layout(), FrameLimits.DEFAULT);
        TypedValues values = new TypedValues(new SplittableRandom(SEED));
        try (TestMemory memory = new TestMemory(3 * BYTES)) {
            FlatRows sent = new FlatRows(codec.layout(), memory.address(), BYTES);
            FlatRows received = new FlatRows(codec.layout(), memory.address() + 2 * BYTES, BYTES);
            for (int count = 0; count < 20; count++) {
                sent.clear();
                for (int i = 0; i < count; i++) {
                    assertTrue(sent.tryAppend(codec, type.cast(values.next(codec.layout()))));
                }
                int length = frames.encode(sent, memory.address() + BYTES, BYTES);
                assertEquals(frames.encodedBytes(sent), length);
                frames.decode(memory.address() + BYTES, length, received);
                assertEquals(count, received.rowCount());
                assertEquals(sent.usedBytes(), received.usedBytes());
                assertTrue(Memory.equal(sent.address(), received.address(), sent.usedBytes()), "seed=" + SEED);
                long row = received.first();
                for (int i = 0; i < count; i++, row = received.next(row)) {
                    assertEquals(codec.blobBytes(codec.readBlob(row)), received.blobBytes(row));
                }
            }
        }
    }

    @Test
    void aFullPageRefusesARow() {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        try (TestMemory memory = new TestMemory(64)) {
            FlatRows rows = new FlatRows(codec.layout(), memory.address(), 48);
            assertTrue(rows.tryAppend(codec, "eight ch"));
            assertTrue(!rows.tryAppend(codec, "nine char"));
            assertTrue(rows.tryAppend(codec, "8 chars."));
            assertEquals(2, rows.rowCount());
            assertEquals(48, rows.usedBytes());
            assertEquals("8 chars.", codec.readBlob(rows.next(rows.first())));
        }
    }

    @Test
    void whatPassesALimitIsNotSent() {
        FlatCodec<Long> codec = FlatCodec.of(Long.class);
        try (TestMemory memory = new TestMemory(256)) {
            FlatRows rows = new FlatRows(codec.layout(), memory.address(), 64);
            for (long i = 0; i < 3; i++) {
                rows.tryAppend(codec, i);
            }
            FrameCodec narrow = FrameCodec.of(InFlightMode.UNSAFE, codec.layout(), new FrameLimits(40, 10));
            assertRefused("frameBytes=48, limitBytes=40", () -> narrow.encodedBytes(rows));
            FrameCodec few = FrameCodec.of(InFlightMode.UNSAFE, codec.layout(), new FrameLimits(400, 2));
            assertRefused("rowCount=3, limitRows=2", () -> few.encodedBytes(rows));
            FrameCodec wide = FrameCodec.of(InFlightMode.UNSAFE, codec.layout(), new FrameLimits(48, 3));
            assertEquals(48, wide.encode(rows, memory.address() + 64, 48));
            assertRefused("targetBytes=47", () -> wide.encode(rows, memory.address() + 64, 47));
            FlatRows other = new FlatRows(RecordLayout.of(double.class), memory.address(), 64);
            assertRefused("rows of another layout", () -> wide.encodedBytes(other));
            assertRefused("minRows=1", () -> new FrameLimits(100, 0));
        }
    }

    private static void assertRefused(String part, Runnable action) {
        String message =
                assertThrows(IllegalArgumentException.class, action::run, part).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void aFrameOfAnotherKindIsRefused() {
        assertMalformed(frame -> Memory.putInt(frame, 7), "no frame");
        assertMalformed(frame -> Memory.putInt(frame, Integer.reverseBytes(0x4D4C4652)), "another byte order");
        assertMalformed(frame -> Memory.putByte(frame + 4, (byte) 2), "version=2");
        assertMalformed(frame -> Memory.putByte(frame + 5, (byte) 1), "mode=1");
        assertMalformed(frame -> Memory.putLong(frame + 8, 99), "another layout");
        assertMalformed(frame -> Memory.putInt(frame + 16, -1), "row count out of range");
        assertMalformed(frame -> Memory.putInt(frame + 16, Integer.MAX_VALUE), "row count out of range");
        assertMalformed(frame -> Memory.putInt(frame + 16, 1), "bytes behind the last row");
        assertMalformed(frame -> Memory.putInt(frame + 16, 3), "row is out of bounds");
        assertMalformed(frame -> Memory.putInt(frame + 20, 8), "length does not fit");
        assertMalformed(frame -> Memory.putInt(frame + 24, 1 << 30), "row is out of bounds");
        assertMalformed(frame -> Memory.putInt(frame + 24, -8), "row is out of bounds");
        assertMalformed(frame -> Memory.putInt(frame + 28, 1), "padding is not zero");
        assertMalformed(frame -> Memory.putInt(frame + 32, 1 << 20), "text is not where it belongs");
    }

    private static void assertMalformed(LongConsumer damage, String fault) {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        FrameCodec frames = FrameCodec.of(InFlightMode.UNSAFE, codec.layout(), FrameLimits.DEFAULT);
        try (TestMemory memory = new TestMemory(1024)) {
            FlatRows rows = new FlatRows(codec.layout(), memory.address(), 256);
            rows.tryAppend(codec, "one");
            rows.tryAppend(codec, "two");
            long frame = memory.address() + 256;
            int length = frames.encode(rows, frame, 256);
            damage.accept(frame);
            String message = assertThrows(
                            MalformedRecordException.class, () -> frames.decode(frame, length, rows), fault)
                    .getMessage();
            assertTrue(message.contains(fault), message);
            assertEquals(0, rows.rowCount());
            assertThrows(MalformedRecordException.class, () -> frames.decode(frame, 23, rows));
        }
    }

    /** What passes are valid rows, what does not gives the typed error. Nothing else happens. */
    @ParameterizedTest
    @EnumSource(InFlightMode.class)
    void damagedFramesAreRefusedOrHoldOtherRows(InFlightMode mode) {
        FlatCodec<Shapes.Note> codec = FlatCodec.of(Shapes.Note.class);
        FrameCodec frames = FrameCodec.of(mode, codec.layout(), FrameLimits.DEFAULT);
        SplittableRandom random = new SplittableRandom(SEED);
        TypedValues values = new TypedValues(new SplittableRandom(SEED));
        try (TestMemory memory = new TestMemory(3 * BYTES)) {
            FlatRows sent = new FlatRows(codec.layout(), memory.address(), BYTES);
            FlatRows received = new FlatRows(codec.layout(), memory.address() + 2 * BYTES, BYTES);
            long frame = memory.address() + BYTES;
            for (int i = 0; i < 3000; i++) {
                sent.clear();
                sent.tryAppend(codec, (Shapes.Note) values.next(codec.layout()));
                sent.tryAppend(codec, (Shapes.Note) values.next(codec.layout()));
                int length = frames.encode(sent, frame, BYTES);
                for (int damages = random.nextInt(1, 4); damages > 0; damages--) {
                    Memory.putByte(frame + random.nextInt(length), (byte) random.nextInt(256));
                }
                try {
                    frames.decode(frame, random.nextInt(8) == 0 ? length - 1 : length, received);
                } catch (MalformedRecordException e) {
                    assertEquals(0, received.rowCount());
                    continue;
                }
                long row = received.first();
                for (int j = 0; j < received.rowCount(); j++, row = received.next(row)) {
                    codec.validate(row, received.blobBytes(row));
                }
            }
        }
    }
}
