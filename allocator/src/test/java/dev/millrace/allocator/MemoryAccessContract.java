package dev.millrace.allocator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every way to memory must do; a plain buffer of the heap says what is right. */
abstract class MemoryAccessContract {
    static final int SIZE_BYTES = 1024;
    private static final int ROUNDS = 20_000;

    /** What the memory has to hold, as bytes and as values. */
    private final byte[] expected = new byte[SIZE_BYTES];

    private final ByteBuffer values = ByteBuffer.wrap(expected).order(ByteOrder.nativeOrder());

    /** What is tested. */
    abstract MemoryAccess memory();

    /** Where {@link #SIZE_BYTES} bytes may be used: a multiple of 64. */
    abstract long base();

    @Test
    void valuesOfEverySizeAreWhereTheyWerePutAtEveryAlignment() {
        for (int at = 64; at < 64 + 2 * Long.BYTES; at++) {
            fill((byte) 0x5A);
            memory().putByte(base() + at, (byte) -2);
            values.put(at, (byte) -2);
            memory().putShort(base() + at + 32, (short) -3_000);
            values.putShort(at + 32, (short) -3_000);
            memory().putChar(base() + at + 64, '\uFEDC');
            values.putChar(at + 64, '\uFEDC');
            memory().putInt(base() + at + 96, -70_000_001);
            values.putInt(at + 96, -70_000_001);
            memory().putLong(base() + at + 128, 0x8123_4567_89AB_CDEFL);
            values.putLong(at + 128, 0x8123_4567_89AB_CDEFL);
            memory().putFloat(base() + at + 160, -1.5e-30f);
            values.putFloat(at + 160, -1.5e-30f);
            memory().putDouble(base() + at + 192, Math.PI);
            values.putDouble(at + 192, Math.PI);

            assertHolds("at=" + at);
            assertEquals((byte) -2, memory().getByte(base() + at));
            assertEquals((short) -3_000, memory().getShort(base() + at + 32));
            assertEquals('\uFEDC', memory().getChar(base() + at + 64));
            assertEquals(-70_000_001, memory().getInt(base() + at + 96));
            assertEquals(0x8123_4567_89AB_CDEFL, memory().getLong(base() + at + 128));
            assertEquals(-1.5e-30f, memory().getFloat(base() + at + 160));
            assertEquals(Math.PI, memory().getDouble(base() + at + 192));
        }
    }

    @Test
    void orderedAccessReadsAndWritesThePlainValue() {
        fill((byte) 0x11);
        memory().putIntRelease(base() + 4, Integer.MIN_VALUE);
        values.putInt(4, Integer.MIN_VALUE);
        memory().putLongRelease(base() + 16, Long.MIN_VALUE + 1);
        values.putLong(16, Long.MIN_VALUE + 1);
        assertHolds("released");
        assertEquals(Integer.MIN_VALUE, memory().getIntVolatile(base() + 4));
        assertEquals(Long.MIN_VALUE + 1, memory().getLongVolatile(base() + 16));
    }

    @Test
    void addingReturnsWhatWasThereAndWrapsRound() {
        fill((byte) 0);
        memory().putInt(base() + 12, Integer.MAX_VALUE);
        assertEquals(Integer.MAX_VALUE, memory().getAndAddInt(base() + 12, 2));
        assertEquals(Integer.MIN_VALUE + 1, memory().getAndAddInt(base() + 12, -1));
        values.putInt(12, Integer.MIN_VALUE);
        memory().putLong(base() + 24, Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, memory().getAndAddLong(base() + 24, 2));
        assertEquals(Long.MIN_VALUE + 1, memory().getAndAddLong(base() + 24, -1));
        values.putLong(24, Long.MIN_VALUE);
        assertHolds("added");
    }

    @Test
    void comparingAndSettingChangesOnlyWhatWasExpected() {
        fill((byte) -1);
        assertFalse(memory().compareAndSetInt(base() + 8, 7, 9));
        assertFalse(memory().compareAndSetLong(base() + 16, 7, 9));
        assertHolds("refused");
        assertTrue(memory().compareAndSetInt(base() + 8, -1, 9));
        assertTrue(memory().compareAndSetLong(base() + 16, -1, Long.MIN_VALUE));
        values.putInt(8, 9).putLong(16, Long.MIN_VALUE);
        assertHolds("set");
    }

    @Test
    void copiesMayOverlapInBothDirections() {
        for (int length = 0; length <= 200; length++) {
            for (int distance : new int[] {-65, -8, -3, -1, 0, 1, 3, 8, 65}) {
                randomise(length);
                memory().copy(base() + 300, base() + 300 + distance, length);
                System.arraycopy(expected, 300, expected, 300 + distance, length);
                assertHolds("length=" + length + ", distance=" + distance);
            }
        }
    }

    @Test
    void copiesToAndFromArraysTouchNothingElse() {
        for (int length = 0; length <= 100; length++) {
            randomise(length);
            byte[] array = new byte[128];
            memory().copyTo(base() + 33, array, 5, length);
            byte[] copied = new byte[128];
            System.arraycopy(expected, 33, copied, 5, length);
            assertArrayEquals(copied, array, "length=" + length);
            Arrays.fill(array, (byte) 0x77);
            memory().copyFrom(array, 11, base() + 601, length);
            Arrays.fill(expected, 601, 601 + length, (byte) 0x77);
            assertHolds("length=" + length);
        }
    }

    @Test
    void fillsExactlyTheRange() {
        for (int length = 0; length <= 300; length++) {
            randomise(length);
            memory().fill(base() + 77, length, (byte) -7);
            Arrays.fill(expected, 77, 77 + length, (byte) -7);
            assertHolds("length=" + length);
        }
    }

    @Test
    void equalRangesAreToldByEveryByteAndByNoOther() {
        for (int length = 0; length <= 40; length++) {
            randomise(length);
            memory().copy(base() + 3, base() + 501, length);
            memory().putByte(base() + 501 + length, (byte) ~memory().getByte(base() + 3 + length));
            assertTrue(memory().equal(base() + 3, base() + 501, length), "length=" + length);
            for (int at = 0; at < length; at++) {
                byte before = memory().getByte(base() + 501 + at);
                memory().putByte(base() + 501 + at, (byte) (before ^ 0x80));
                assertFalse(memory().equal(base() + 3, base() + 501, length), "length=" + length + ", at=" + at);
                memory().putByte(base() + 501 + at, before);
            }
        }
    }

    @Test
    void noAdditionOfTwoThreadsIsLost() throws InterruptedException {
        fill((byte) 0);
        Runnable adding = () -> {
            for (int i = 0; i < ROUNDS; i++) {
                memory().getAndAddInt(base(), 1);
                memory().getAndAddLong(base() + 8, 3);
                addBySetting(1);
            }
        };
        Thread other = new Thread(adding);
        other.start();
        adding.run();
        other.join();
        assertEquals(2 * ROUNDS, memory().getInt(base()));
        assertEquals(6L * ROUNDS, memory().getLong(base() + 8));
        assertEquals(2 * ROUNDS, memory().getInt(base() + 4));
        assertEquals(2L * ROUNDS, memory().getLong(base() + 16));
    }

    @Test
    void aReleasedValuePublishesWhatWasWrittenBefore() throws InterruptedException {
        fill((byte) 0);
        Thread writer = new Thread(() -> {
            for (int i = 1; i <= ROUNDS; i++) {
                memory().putLong(base() + 64, i);
                memory().putIntRelease(base(), i);
                memory().putLong(base() + 128, i);
                memory().putLongRelease(base() + 8, i);
            }
        });
        writer.start();
        long seen = 0;
        while (seen < ROUNDS) {
            int first = memory().getIntVolatile(base());
            assertTrue(memory().getLong(base() + 64) >= first);
            seen = memory().getLongVolatile(base() + 8);
            assertTrue(memory().getLong(base() + 128) >= seen);
        }
        writer.join();
    }

    private void addBySetting(int delta) {
        int before;
        do {
            before = memory().getIntVolatile(base() + 4);
        } while (!memory().compareAndSetInt(base() + 4, before, before + delta));
        long wide;
        do {
            wide = memory().getLongVolatile(base() + 16);
        } while (!memory().compareAndSetLong(base() + 16, wide, wide + delta));
    }

    private void fill(byte value) {
        Arrays.fill(expected, value);
        memory().copyFrom(expected, 0, base(), SIZE_BYTES);
    }

    private void randomise(long seed) {
        new SplittableRandom(seed).nextBytes(expected);
        memory().copyFrom(expected, 0, base(), SIZE_BYTES);
    }

    private void assertHolds(String message) {
        byte[] actual = new byte[SIZE_BYTES];
        for (int at = 0; at < SIZE_BYTES; at++) {
            actual[at] = memory().getByte(base() + at);
        }
        assertArrayEquals(expected, actual, message);
    }
}
