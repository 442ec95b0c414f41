package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.millrace.allocator.TestMemory;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages that lie: a typed error or a value, never more memory than the limit allows, never anything else. */
final class ProtobufHostileTest {
    private static final long SEED = 99991L;
    private static final int LIMIT_BYTES = 1 << 16;

    record Wide(long a, long b, long c, long d, long e, long f, long g, long h) {}

    record Many(List<Wide> wide) {}

    record Numbers(List<Long> numbers, List<Boolean> flags) {}

    @Test
    void damagedMessagesOfEveryKindGiveTheTypedErrorOrAValueThatIsWrittenTheSameAgain() throws IOException {
        List<RecordLayout> layouts = GoldenFormatTest.layouts();
        for (int i = 0; i < layouts.size(); i++) {
            ProtobufTranscoder transcoder = ProtobufTranscoder.of(layouts.get(i), LIMIT_BYTES);
            byte[] whole = golden("shape-" + i + ".message");
            SplittableRandom random = new SplittableRandom(SEED + i);
            for (int k = 0; k < 800 && whole.length > 0; k++) {
                byte[] damaged = damage(random, whole);
                String what = "seed=" + SEED + ", type=" + layouts.get(i).typeName() + ", round=" + k;
                try {
                    byte[] blob = transcoder.decode(damaged, 0, damaged.length);
                    byte[] message = encode(transcoder, blob);
                    assertArrayEquals(blob, transcoder.decode(message, 0, message.length), what);
                } catch (MalformedRecordException e) {
                    assertTrue(e.getMessage().startsWith("malformed message: record="), e::getMessage);
                } catch (RuntimeException e) {
                    throw new AssertionError(what, e);
                }
            }
        }
    }

    private static byte[] damage(SplittableRandom random, byte[] whole) {
        byte[] damaged =
                random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length) + 1) : whole.clone();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        return damaged;
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = ProtobufHostileTest.class.getResourceAsStream("/format-1/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static byte[] encode(ProtobufTranscoder transcoder, byte[] blob) {
        try (TestMemory memory = new TestMemory(blob.length)) {
            memory.put(blob);
            return transcoder.encode(memory.address());
        }
    }

    @Test
    void aShortMessageCannotStandForMoreThanTheLimit() {
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(Many.class), LIMIT_BYTES);
        byte[] empties = new byte[2 * 100_000]; // each two bytes are a record of 64
        for (int i = 0; i < empties.length; i += 2) {
            empties[i] = (1 << 3) | 2;
        }
        int fits = LIMIT_BYTES / 64 * 2;
        assertEquals(
                RecordLayout.of(Many.class).fixedBytes() + LIMIT_BYTES, transcoder.decode(empties, 0, fits).length);
        assertRefused(transcoder, Arrays.copyOf(empties, fits + 2), "the value is too large");
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ProtobufTranscoder fresh = ProtobufTranscoder.of(RecordLayout.of(Many.class), LIMIT_BYTES);
        long before = threads.getCurrentThreadAllocatedBytes();
        assertRefused(fresh, empties, "the value is too large");
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bytes < 16 * LIMIT_BYTES, "allocatedBytes=" + bytes);
    }

    @Test
    void refusesWhatLiesAboutItsLength() {
        ProtobufTranscoder transcoder = ProtobufTranscoder.of(RecordLayout.of(Numbers.class), LIMIT_BYTES);
        assertRefused(transcoder, new byte[] {(1 << 3) | 2, 5, 1}, "a length passes the end: lengthBytes=5");
        assertRefused(transcoder, new byte[] {(1 << 3) | 2, 2, 1, -1}, "a number does not end");
        assertRefused(transcoder, new byte[] {(9 << 3) | 1, 1}, "it ends in the middle of a field");
        assertRefused(transcoder, new byte[] {(1 << 3) | 2, 1, -1}, "a number does not end");
        byte[] endless = new byte[14];
        Arrays.fill(endless, (byte) -1);
        endless[0] = 1 << 3;
        assertRefused(transcoder, endless, "a number has more than ten bytes");
        assertRefused(transcoder, new byte[] {0, 0}, "no such tag: tag=0");
        assertRefused(transcoder, new byte[] {(9 << 3) | 4}, "a group ends that did not start");
        byte[] groups = new byte[101];
        Arrays.fill(groups, (byte) ((9 << 3) | 3));
        assertRefused(transcoder, groups, "groups lie too deep in each other: limit=100");
    }

    private static void assertRefused(ProtobufTranscoder transcoder, byte[] message, String fault) {
        MalformedRecordException refusal =
                assertThrows(MalformedRecordException.class, () -> transcoder.decode(message, 0, message.length));
        assertTrue(refusal.getMessage().contains(fault), refusal.getMessage());
    }
}
