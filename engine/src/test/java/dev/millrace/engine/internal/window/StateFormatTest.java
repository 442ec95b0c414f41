package dev.millrace.engine.internal.window;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.MalformedRecordException;
import dev.millrace.serde.RecordLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StateFormatTest {
    private static final int BLOCK_BYTES = 64 * 1024;

    record Note(String text, long number) {}

    private final TestTask task = new TestTask();
    private final FlatCodec<Note> codec = FlatCodec.of(Note.class);
    private final StateFormat sessions =
            new SessionFormat(7, "visits", RecordLayout.of(String.class), RecordLayout.of(Note.class));

    private long block;

    @BeforeEach
    void allocate() {
        block = task.allocator().allocate(MemoryPool.INDEX, BLOCK_BYTES);
    }

    @AfterEach
    void close() {
        task.allocator().free(block);
        task.close();
    }

    private static byte[] bytes(long address, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        Memory.copyTo(address, bytes, 0, lengthBytes);
        return bytes;
    }

    @Test
    void decodingUndoesEncodingOfOneValue() {
        StateFormat format = new RecordFormat(3, "notes", RecordLayout.of(String.class), RecordLayout.of(Note.class));
        Note note = new Note("grüße", -5);
        int lengthBytes = codec.blobBytes(note);
        codec.writeBlob(note, block);
        assertArrayEquals(bytes(block, lengthBytes), format.decodeValue(format.encodeValue(block, lengthBytes)));
        FlatCodec<String> keys = FlatCodec.of(String.class);
        keys.writeBlob("key", block);
        int keyBytes = keys.blobBytes("key");
        assertArrayEquals(bytes(block, keyBytes), format.decodeKey(format.encodeKey(block, keyBytes)));
        assertEquals(3, format.stateId());
        assertEquals("notes", format.stateName());
    }

    @Test
    void decodingUndoesEncodingOfSessions() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            long session = block + SessionLayout.HEADER_BYTES;
            long start = random.nextInt(1000) - 500L;
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                Note note = new Note("n".repeat(random.nextInt(40)), random.nextLong());
                long end = start + 1 + random.nextInt(1000);
                SessionLayout.header(session, start, end, codec.blobBytes(note));
                codec.writeBlob(note, SessionLayout.value(session));
                if (i == 0) {
                    SessionLayout.deadline(block, end - 1);
                }
                start = end + random.nextInt(3);
                session = SessionLayout.behind(session);
            }
            int lengthBytes = (int) (session - block);
            byte[] decoded = sessions.decodeValue(sessions.encodeValue(block, lengthBytes));
            assertArrayEquals(bytes(block, lengthBytes), decoded, "seed=" + seed);
        }
    }

    @Test
    void refusesBytesThatAreNoSessions() {
        byte[][] all = {
            {}, // none at all
            {10, 0}, // neither times nor value
            {10, 4, 8, 5, 16, 9}, // no value
            {10, 6, 8, 9, 16, 5, 26, 0}, // ends before it starts
            {10, 50, 8, 5}, // cut off
            {10, 6, 8, 5, 16, 9, 26, 99}, // a value that is cut off
            {(byte) 0xff, (byte) 0xff, (byte) 0xff}
        };
        for (byte[] bytes : all) {
            assertThrows(MalformedRecordException.class, () -> sessions.decodeValue(bytes));
        }
    }
}
