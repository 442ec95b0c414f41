package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.NativeTestMemory;
import dev.millrace.serde.KeyHash;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LineSegmentTest {
    private static final int SIZE_BYTES = 16 << 10;
    private static final EntryShape.HashFunction HASH = (address, bytes) -> KeyHash.hash(address, bytes, 3);
    private static final long SEED = 20261123;

    private final LineLayout layout = new LineLayout((EntryShape.Fixed) EntryShape.fixed(8, 8, HASH));
    private final LineSegment segments = new LineSegment(layout);
    private final long memory = NativeTestMemory.allocate(SIZE_BYTES + 64);
    private final long keyAddress = NativeTestMemory.allocate(8);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Long> keys = new ArrayList<>();
    private final long word;

    LineSegmentTest() {
        final long segment = (memory + 63) & -64;
        layout.init(segment, 1, SIZE_BYTES, 0);
        word = LineLayout.word(segment);
    }

    @AfterEach
    void free() {
        NativeTestMemory.free(memory);
        NativeTestMemory.free(keyAddress);
    }

    private long mixed(long key) {
        Memory.putLong(keyAddress, key);
        return layout.mixedAt(keyAddress);
    }

    private void fill() {
        for (int left = segments.maxCount(LineLayout.bucketCount(word)); left > 0; left--) {
            final long key = random.nextLong();
            keys.add(key);
            segments.add(word, mixed(key), key);
        }
    }

    private int inTheirHomeSlot() {
        int count = 0;
        for (long key : keys) {
            if (Memory.getLong(LineSegment.keyQuad(word, LineSegment.homeQuad(word, mixed(key)))) == key) {
                count++;
            }
        }
        return count;
    }

    @Test
    void aFirstEntryTakesItsHomeSlot() {
        final long key = random.nextLong();
        final int position = segments.add(word, mixed(key), key);
        assertEquals(LineSegment.homeQuad(word, mixed(key)), position);
        assertEquals(layout.keyAddress(word, position), LineSegment.keyQuad(word, position));
        assertEquals(layout.valueAddress(word, position), LineSegment.valueQuad(LineSegment.keyQuad(word, position)));
        assertEquals(position, LineSegment.positionQuad(word, LineSegment.keyQuad(word, position)));
        assertEquals(LineSegment.keyQuad(word, position), LineSegment.findInSlot(word, mixed(key), key));
        assertEquals(LineSegment.keyQuad(word, position), LineSegment.findInBucket(word, mixed(key), key));
    }

    @Test
    void ofAFullSegmentTwoInThreeEntriesLieInTheirHomeSlot() {
        fill();
        assertTrue(
                inTheirHomeSlot() * 3 >= keys.size() * 2 - keys.size() / 10,
                inTheirHomeSlot() + " of " + keys.size() + ", seed=" + SEED);
    }

    @Test
    void deletesMoveEntriesBackAndLoseNone() {
        fill();
        while (!keys.isEmpty()) {
            final long gone = keys.remove(random.nextInt(keys.size()));
            segments.unlink(word, segments.locate(word, mixed(gone), gone));
            assertEquals(LineLayout.NOWHERE, segments.locate(word, mixed(gone), gone));
            if (keys.size() % 64 == 0) {
                for (long key : keys) {
                    final int position = segments.locate(word, mixed(key), key);
                    assertEquals(key, Memory.getLong(layout.keyAddress(word, position)), "seed=" + SEED);
                }
            }
        }
        assertEquals(0, SegmentLayout.count(LineLayout.segment(word)));
    }
}
