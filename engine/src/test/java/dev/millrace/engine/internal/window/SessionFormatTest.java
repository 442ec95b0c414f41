package dev.millrace.engine.internal.window;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SessionFormatTest {
    private static final int BLOCK_BYTES = 1 << 16;

    private record Count(long count, double sum) {}

    private record Path(long count, String stations) {}

    private record Session<V>(long start, long end, V value) {}

    private final TestTask task = new TestTask();
    private long block;

    @BeforeEach
    void takeABlock() {
        block = task.allocator().allocate(MemoryPool.INDEX, BLOCK_BYTES);
        Memory.fill(block, BLOCK_BYTES, (byte) -1);
    }

    @AfterEach
    void giveTheBlockBack() {
        task.allocator().free(block);
        task.close();
    }

    private static SessionFormat format(Class<?> value) {
        return new SessionFormat(3, "trips", RecordLayout.of(String.class), RecordLayout.of(value));
    }

    /** Writes the sessions of a key into the block; returns how many bytes they take. */
    private <V> int write(FlatCodec<V> codec, List<Session<V>> sessions) {
        SessionLayout.deadline(block, sessions.get(0).end() - 1);
        long at = block + SessionLayout.HEADER_BYTES;
        for (Session<V> session : sessions) {
            SessionLayout.header(at, session.start(), session.end(), codec.blobBytes(session.value()));
            codec.writeBlob(session.value(), SessionLayout.value(at));
            assertEquals(session.start(), SessionLayout.start(at));
            assertEquals(session.end(), SessionLayout.end(at));
            assertEquals(session.value(), codec.readBlob(SessionLayout.value(at)));
            at = SessionLayout.behind(at);
        }
        return (int) (at - block);
    }

    private <V> byte[] undoes(SessionFormat format, FlatCodec<V> codec, List<Session<V>> sessions, String context) {
        byte[] inMemory = new byte[write(codec, sessions)];
        Memory.copyTo(block, inMemory, 0, inMemory.length);
        byte[] encoded = format.encodeValue(block, inMemory.length);
        assertArrayEquals(inMemory, format.decodeValue(encoded), context);
        return encoded;
    }

    @Test
    void decodeUndoesEncodeForValuesOfFixedSize() {
        FlatCodec<Count> codec = FlatCodec.of(Count.class);
        SessionFormat format = format(Count.class);
        undoes(format, codec, List.of(new Session<>(0, 1, new Count(0, 0))), "defaults");
        undoes(format, codec, List.of(new Session<>(-5, 0, new Count(1, -2))), "an end at the epoch");
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            List<Session<Count>> sessions = bounds(random).stream()
                    .map(at -> new Session<>(
                            at, at + 1 + random.nextInt(1000), new Count(random.nextLong(), random.nextDouble())))
                    .toList();
            undoes(format, codec, sessions, "seed=" + seed);
        }
    }

    @Test
    void decodeUndoesEncodeForTexts() {
        FlatCodec<Path> codec = FlatCodec.of(Path.class);
        SessionFormat format = format(Path.class);
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            List<Session<Path>> sessions = bounds(random).stream()
                    .map(at -> new Session<>(
                            at,
                            at + 1 + random.nextInt(1000),
                            new Path(random.nextInt(3), "ä€x".repeat(random.nextInt(30)))))
                    .toList();
            undoes(format, codec, sessions, "seed=" + seed);
        }
    }

    /** Starts of one to ten sessions that do not overlap. */
    private static List<Long> bounds(Random random) {
        long first = random.nextLong(-1L << 50, 1L << 50);
        return java.util.stream.LongStream.rangeClosed(0, random.nextInt(10))
                .mapToObj(i -> first + 2000 * i)
                .toList();
    }

    @Test
    void movesTheBoundsOfASessionAndNothingElse() {
        FlatCodec<Count> codec = FlatCodec.of(Count.class);
        write(codec, List.of(new Session<>(10, 20, new Count(1, 2)), new Session<>(30, 40, new Count(3, 4))));
        long first = block + SessionLayout.HEADER_BYTES;
        SessionLayout.bounds(first, 5, 25);
        assertEquals(19, SessionLayout.deadline(block));
        assertEquals(5, SessionLayout.start(first));
        assertEquals(25, SessionLayout.end(first));
        assertEquals(codec.fixedBytes(), SessionLayout.valueBytes(first));
        assertEquals(new Count(1, 2), codec.readBlob(SessionLayout.value(first)));
        long second = SessionLayout.behind(first);
        assertEquals(30, SessionLayout.start(second));
        assertEquals(new Count(3, 4), codec.readBlob(SessionLayout.value(second)));
    }

    @Test
    void encodesKeysSoThatDecodeUndoesIt() {
        FlatCodec<String> codec = FlatCodec.of(String.class);
        SessionFormat format = format(Count.class);
        for (String key : new String[] {"", "a", "Gare de l'Est", "😀"}) {
            byte[] blob = new byte[codec.blobBytes(key)];
            codec.writeBlob(key, block);
            Memory.copyTo(block, blob, 0, blob.length);
            assertArrayEquals(blob, format.decodeKey(format.encodeKey(block, blob.length)));
        }
        assertEquals(3, format.stateId());
        assertEquals("trips", format.stateName());
    }

    @Test
    void refusesWhatAreNoSessions() {
        SessionFormat format = format(Count.class);
        refuses(format, "out of order", 0x0a, 6, 0x08, 5, 0x10, 9, 0x1a, 0, 0x0a, 6, 0x08, 1, 0x10, 2, 0x1a, 0);
        refuses(format, "out of order", 0x0a, 6, 0x08, 5, 0x10, 9, 0x1a, 0, 0x0a, 6, 0x08, 8, 0x10, 12, 0x1a, 0);
        refuses(format, "sessions are none: state=trips");
        refuses(format, "hasValue=false", 0x0a, 0x04, 0x08, 0x01, 0x10, 0x02); // start 1, end 2
        refuses(format, "start=2, end=2", 0x0a, 0x06, 0x08, 0x02, 0x10, 0x02, 0x1a, 0x00); // empty
        refuses(format, "start=0, end=0", 0x0a, 0x02, 0x1a, 0x00); // no bounds
        refuses(format, "sessions could not be decoded: state=trips", 0x0a, 0x7f); // longer than there is
        refuses(format, "sessions could not be decoded", 0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f); // a negative length
        refuses(format, "sessions could not be decoded", 0x0f); // no such wire type
    }

    private static void refuses(SessionFormat format, String message, int... bytes) {
        byte[] encoded = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            encoded[i] = (byte) bytes[i];
        }
        String told = assertThrows(MalformedRecordException.class, () -> format.decodeValue(encoded))
                .getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    @Test
    void skipsFieldsItDoesNotKnow() {
        SessionFormat format = format(Count.class);
        byte[] encoded = {0x28, 0x07, 0x0a, 0x08, 0x08, 0x01, 0x10, 0x02, 0x28, 0x07, 0x1a, 0x00};
        byte[] decoded = format.decodeValue(encoded);
        Memory.copyFrom(decoded, 0, block, decoded.length);
        long session = block + SessionLayout.HEADER_BYTES;
        assertEquals(1, SessionLayout.deadline(block));
        assertEquals(1, SessionLayout.start(session));
        assertEquals(2, SessionLayout.end(session));
        assertEquals(new Count(0, 0), FlatCodec.of(Count.class).readBlob(SessionLayout.value(session)));
    }

    @Test
    void decodesDamagedBytesOrSaysThatTheyAreMalformed() {
        SessionFormat format = format(Path.class);
        byte[] good = undoes(
                format,
                FlatCodec.of(Path.class),
                List.of(new Session<>(1000, 2000, new Path(3, "abc")), new Session<>(3000, 4000, new Path(5, "ä"))),
                "good");
        int refused = 0;
        for (int bytes = 0; bytes < good.length; bytes++) {
            refused += isRefused(format, Arrays.copyOf(good, bytes), "cut to bytes=" + bytes);
        }
        for (long seed = 1; seed <= 3000; seed++) {
            Random random = new Random(seed);
            byte[] bad = good.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            refused += isRefused(format, bad, "seed=" + seed);
        }
        assertTrue(refused > 1000, "refused=" + refused);
    }

    private static int isRefused(SessionFormat format, byte[] encoded, String context) {
        try {
            assertTrue(format.decodeValue(encoded).length > SessionLayout.HEADER_BYTES, context);
            return 0;
        } catch (MalformedRecordException e) {
            return 1;
        } catch (RuntimeException e) {
            throw new AssertionError("not refused as malformed: " + context, e);
        }
    }
}
