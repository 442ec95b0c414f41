package dev.millrace.engine.internal.miss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.chain.KeyedHead;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.serde.KeyHash;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.RecoveredStateVisitor;
import dev.millrace.state.StoredKey;
import dev.millrace.state.index.ActiveIndex;
import dev.millrace.state.index.IndexConfig;
import dev.millrace.state.index.IndexSnapshot;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GateTest {
    private static final long SEED = 42;
    private static final int KEYS = 4000;
    private static final long BUDGET_BYTES = 64 << 10;
    private static final RecordLayout LONG = RecordLayout.of(Long.class);
    private static final PageLayout LAYOUT = new PageLayout(LONG, LONG);

    private final TestTask task = new TestTask();
    private final BlockAllocator allocator = task.allocator();
    private long scratch;
    private final ActiveIndex index = ActiveIndex.openEvicting(allocator, IndexConfig.DEFAULT, BUDGET_BYTES);
    private final Head head = new Head();
    private final Store store = new Store();
    private final Epochs epochs = new Epochs();
    private final ArrayDeque<Runnable> io = new ArrayDeque<>();
    private final ColdState state = new ColdState(index, new RecordFormat(3, "sums", LONG, LONG), BUDGET_BYTES, null);
    private final Gate gate = new Gate(
            head,
            new Gate.Stream(LAYOUT, 0, 1, SEED),
            List.of(state),
            new ColdAccess(BUDGET_BYTES, true, store, io::add, epochs),
            6,
            allocator,
            () -> epochs.wakes++);

    @BeforeEach
    void allocate() {
        scratch = allocator.allocate(MemoryPool.EVENTS, 64);
    }

    @AfterEach
    void close() {
        gate.close();
        index.close();
        allocator.free(scratch);
        task.close();
    }

    /** Notes what the index held of each key of the pages it was given. */
    private final class Head extends KeyedHead {
        final List<String> seen = new ArrayList<>();

        @Override
        public void process(long page) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < PageLayout.rowCount(page); i++) {
                long key = page + LAYOUT.rowsOffset() + (long) i * LAYOUT.strideBytes();
                long value = index.find(key, Long.BYTES, KeyHash.hash(key, Long.BYTES, SEED));
                line.append(value == ActiveIndex.NONE ? "-" : Long.toString(Memory.getLong(value)))
                        .append(' ');
            }
            seen.add(line.toString().strip());
        }

        @Override
        public KeyedReceiver next() {
            return new KeyedReceiver() {
                @Override
                public void accept(long event, long page, long timestamp, long key, int keyBytes, long hash) {}

                @Override
                public long touch(long timestamp, long hash) {
                    return 0;
                }

                @Override
                public void watermark(long watermark) {
                    seen.add("watermark " + watermark);
                }

                @Override
                public void barrier(Barrier barrier) {
                    index.seal().release();
                    seen.add("barrier " + barrier.epoch());
                }

                @Override
                public void flush() {}
            };
        }
    }

    /** Has the value ten times the key for each key that it is asked for, if it works. */
    private static final class Store implements ColdReads {
        boolean isBroken;
        int asked;

        @Override
        public byte[] @Nullable [] read(byte[][] storedKeys) {
            if (isBroken) {
                throw new IllegalStateException("disk is gone");
            }
            RecordFormat format = new RecordFormat(3, "sums", LONG, LONG);
            byte[][] values = new byte[storedKeys.length][];
            for (int i = 0; i < values.length; i++) {
                asked++;
                long key = ByteBuffer.wrap(format.decodeKey(StoredKey.key(storedKeys[i])))
                        .order(java.nio.ByteOrder.nativeOrder())
                        .getLong();
                values[i] = key < KEYS ? encoded(format, key * 10) : null;
            }
            return values;
        }

        private static byte[] encoded(RecordFormat format, long value) {
            try (TestTask memory = new TestTask()) {
                long address = memory.allocator().allocate(MemoryPool.EVENTS, Long.BYTES);
                Memory.putLong(address, value);
                byte[] bytes = format.encodeValue(address, Long.BYTES);
                memory.allocator().free(address);
                return bytes;
            }
        }

        @Override
        public byte @Nullable [] scanSome(
                int keyGroup,
                int stateId,
                long namespace,
                byte @Nullable [] from,
                int maxEntries,
                RecoveredStateVisitor visitor) {
            return null;
        }
    }

    private static final class Epochs implements EpochPort {
        long readable;
        int wakes;
        final List<String> asked = new ArrayList<>();

        @Override
        public long readableEpoch() {
            return readable;
        }

        @Override
        public void tooLittleReadable(long epoch, boolean isFarAbove) {
            asked.add(epoch + " " + isFarAbove);
        }
    }

    private long page(long... keys) {
        long page = allocator.allocate(MemoryPool.EVENTS, PageLayout.PAGE_BYTES);
        LAYOUT.clear(page);
        for (int i = 0; i < keys.length; i++) {
            long row = page + LAYOUT.rowsOffset() + (long) i * LAYOUT.strideBytes();
            Memory.putLong(row, keys[i]);
            Memory.putLong(page + LAYOUT.hashesOffset() + (long) i * Long.BYTES, KeyHash.hash(row, Long.BYTES, SEED));
        }
        Memory.putInt(page + PageLayout.ROW_COUNT_OFFSET, keys.length);
        return page;
    }

    /** Fills the index far above its budget and lets what is too much leave. Returns a key that left. */
    private long someKeyElsewhere() {
        for (long key = 0; key < KEYS; key++) {
            Memory.putLong(scratch, key);
            long hash = KeyHash.hash(scratch, Long.BYTES, SEED);
            Memory.putLong(index.put(scratch, Long.BYTES, hash, Long.BYTES), key * 10);
        }
        IndexSnapshot snapshot = index.seal();
        snapshot.release();
        index.settle(snapshot.version());
        assertTrue(index.evict(Integer.MAX_VALUE));
        return nextElsewhere(0);
    }

    private long nextElsewhere(long from) {
        for (long key = from; key < KEYS; key++) {
            Memory.putLong(scratch, key);
            if (index.isElsewhere(scratch, Long.BYTES, KeyHash.hash(scratch, Long.BYTES, SEED))) {
                return key;
            }
        }
        throw new AssertionError("nothing has left");
    }

    @Test
    void letsAPageThroughAtOnceWhileNothingHasLeftMemory() {
        long page = page(1, 2);
        assertTrue(gate.process(page));
        assertEquals(List.of("- -"), head.seen);
        assertTrue(io.isEmpty());
        allocator.free(page);
    }

    @Test
    void letsAPageThroughOnceWhatItLacksWasRead() {
        long gone = someKeyElsewhere();
        long alsoGone = nextElsewhere(gone + 1);
        long page = page(gone, KEYS + 1L, alsoGone, gone);
        assertFalse(gate.process(page));
        assertFalse(gate.resume(), "nothing was read yet");
        assertEquals(List.of(), head.seen);
        io.remove().run();
        assertEquals(1, epochs.wakes);
        assertTrue(gate.resume());
        assertEquals(List.of(gone * 10 + " - " + alsoGone * 10 + " " + gone * 10), head.seen);
        assertTrue(store.asked <= 3, "each key is read once: asked=" + store.asked);
        assertFalse(gate.isWaiting());
        allocator.free(page);
    }

    @Test
    void saysWhichStateCouldNotBeRead() {
        long page = page(someKeyElsewhere());
        store.isBroken = true;
        assertFalse(gate.process(page));
        io.remove().run();
        StateReadException failed = assertThrows(StateReadException.class, gate::resume);
        Memory.putLong(scratch, Memory.getLong(page + LAYOUT.rowsOffset()));
        int group = KeyPartitioner.groupOf(scratch, Long.BYTES);
        assertEquals(
                "state could not be read: state=sums, keyGroup=" + group + ", epoch=7, keys=1: disk is gone",
                failed.getMessage());
        assertEquals("disk is gone", failed.getCause().getMessage());
        assertEquals(List.of(), head.seen);
        allocator.free(page);
    }

    @Test
    void readsNothingAnyMoreOnceItIsClosed() {
        long page = page(someKeyElsewhere());
        assertFalse(gate.process(page));
        gate.close();
        allocator.free(page);
        io.remove().run();
        assertEquals(0, store.asked);
        assertEquals(List.of(), head.seen);
    }

    @Test
    void barriersAndWatermarksWaitBehindAPageThatWaits() {
        long gone = someKeyElsewhere();
        GatedTarget target = new GatedTarget(gate, allocator);
        assertEquals(BlockAllocator.NONE, target.send(0, page(gone)), "the target keeps a page that waits");
        assertEquals(BlockAllocator.NONE, target.send(0, page(KEYS + 5L)));
        target.watermark(99);
        Barrier barrier = new Barrier(7, false);
        target.barrier(barrier);
        assertTrue(barrier.isHeld());
        assertFalse(target.drainOne());
        assertEquals(List.of(), head.seen);
        io.remove().run();
        while (!target.isDrained()) {
            assertTrue(target.drainOne());
        }
        assertEquals(List.of(Long.toString(gone * 10), "-", "watermark 99", "barrier 7"), head.seen);
        assertFalse(barrier.isHeld());
        target.close();
    }

    @Test
    void givesBackThePagesThatWaitWhenItIsClosed() {
        GatedTarget target = new GatedTarget(gate, allocator);
        target.send(0, page(someKeyElsewhere()));
        target.send(0, page(1));
        target.close();
        assertEquals(List.of(), head.seen);
    }

    @Test
    void asksForAnEarlyEpochWhenTooLittleCanLeave() {
        someKeyElsewhere();
        for (long key = 0; key < KEYS; key++) {
            Memory.putLong(scratch, KEYS + key);
            index.put(scratch, Long.BYTES, KeyHash.hash(scratch, Long.BYTES, SEED), Long.BYTES);
        }
        long page = page(1_000_000);
        for (int i = 0; i < 10; i++) {
            assertTrue(gate.process(page));
        }
        assertTrue(epochs.asked.contains("7 true"), epochs.asked.toString());
        gate.barrier(new Barrier(7, false));
        epochs.readable = 7;
        epochs.asked.clear();
        for (int i = 0; i < 10; i++) {
            assertTrue(gate.process(page));
        }
        assertEquals(List.of(), epochs.asked, "what epoch 7 sealed can leave");
        assertEquals(0, index.excessBytes());
        allocator.free(page);
    }
}
