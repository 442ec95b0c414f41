package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import dev.millrace.state.file.StateFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommitRecordTest {
    private static final CommitRecord FULL = new CommitRecord(
            Long.MAX_VALUE,
            true,
            Map.of("flights", new byte[] {1, -2, 3}, "empty", new byte[0]),
            Map.of("hourly", 0L, "routes.csv", Long.MAX_VALUE),
            Map.of(
                    "größe",
                    new StateSchema(
                            0xffff,
                            "String",
                            "Totals{count: long}",
                            -1,
                            Long.MIN_VALUE,
                            new byte[] {8, 1},
                            new byte[] {8, 1, 7},
                            "expiring map",
                            "ROCKSDB")),
            Map.of("events", 508_239L, "late", -1L),
            Map.of("flights", Long.MIN_VALUE));

    @Test
    void decodeUndoesEncode() {
        CommitRecord read = CommitRecord.decode(FULL.encode());
        assertEquals(FULL.epoch(), read.epoch());
        assertTrue(read.isFinished());
        assertEquals(FULL.sourcePositions().keySet(), read.sourcePositions().keySet());
        assertArrayEquals(new byte[] {1, -2, 3}, read.sourcePositions().get("flights"));
        assertArrayEquals(new byte[0], read.sourcePositions().get("empty"));
        assertEquals(FULL.sinkLengths(), read.sinkLengths());
        assertEquals(FULL.states(), read.states());
        assertEquals(FULL.counters(), read.counters());
        assertEquals(FULL.watermarks(), read.watermarks());
        assertEquals(CommitRecord.of(7), CommitRecord.decode(CommitRecord.of(7).encode()));
    }

    @Test
    void fieldsThatAreNotKnownAreSkipped() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        output.writeString(99, "from a later release");
        output.flush();
        bytes.write(FULL.encode().array());
        assertEquals(
                FULL.states(),
                CommitRecord.decode(ByteBuffer.wrap(bytes.toByteArray())).states());
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(CommitRecord.of(3).encode().array());
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        output.writeUInt32(1, 2);
        output.flush();
        StateFileException refused =
                assertThrows(StateFileException.class, () -> CommitRecord.decode(ByteBuffer.wrap(bytes.toByteArray())));
        assertTrue(refused.getMessage().contains("version=2, knownVersion=1"), refused.getMessage());
        assertThrows(StateFileException.class, () -> CommitRecord.decode(ByteBuffer.allocate(0)));
    }

    @Test
    void damagedBytesAreATypedFaultOrAnotherRecordButNeverAnythingElse() {
        byte[] whole = FULL.encode().array();
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try {
                assertTrue(CommitRecord.decode(ByteBuffer.wrap(changed)).epoch() > 0);
            } catch (StateFileException e) {
                assertTrue(e.getMessage().startsWith("commit record"), e.getMessage());
            }
        }
    }

    @Test
    void refusesAnEpochThatCannotBeAndAStateIdThatCannotBeStored() {
        assertThrows(IllegalArgumentException.class, () -> CommitRecord.of(0));
        assertThrows(IllegalArgumentException.class, () -> new StateSchema(0x10000, "", "", 0, 0));
    }
}
