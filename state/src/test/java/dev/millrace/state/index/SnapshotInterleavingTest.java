package dev.millrace.state.index;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.allocator.HeapMemory;
import java.util.concurrent.atomic.AtomicReference;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/**
 * Where the writer of an index meets the readers of its snapshots, over the heap twin: a seal is handed over and released while
 * the writer goes on, and what a snapshot sees is not written before its last reader is done.
 */
public final class SnapshotInterleavingTest {
    private static final int SCENARIOS = 10;
    private static final int ORDERS_OF_A_SCENARIO = 200;
    private static final int MEMORY_BYTES = 1024;

    private static void check(Class<?> structure) {
        new ModelCheckingOptions()
                .iterations(SCENARIOS)
                .invocationsPerIteration(ORDERS_OF_A_SCENARIO)
                .threads(2)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(Specification.class)
                .check(structure);
    }

    @Test
    void aReaderSeesWhatWasSealedUntilItIsDone() {
        check(OneEntry.class);
    }

    @Test
    void aReaderThatReleasesBeforeItReadsIsFoundOut() {
        assertThrows(LincheckAssertionError.class, () -> check(HastyReader.class));
    }

    @Test
    void aWriterThatLooksOnlyAtTheSnapshotThatCanStillBeTakenIsFoundOut() {
        assertThrows(LincheckAssertionError.class, () -> check(ForgetfulWriter.class));
    }

    /** An index of one entry: its snapshots are those of the engine, and so is the question who still sees what. */
    public static class OneEntry {
        final HeapMemory memory = new HeapMemory(MEMORY_BYTES);
        final LiveSnapshots live = new LiveSnapshots(16);
        final AtomicReference<IndexSnapshot> published = new AtomicReference<>();
        private final SnapshotWalk walk = new OneEntryWalk(memory);
        private long segment = memory.firstAddress();
        private long birth = 1;
        private long version = 1;

        /** Begins with a snapshot of 0. */
        public OneEntry() {
            seal();
        }

        @Operation(nonParallelGroup = "writer")
        public void write(int value) {
            if (birth != version && isSeen(birth)) {
                segment += Long.BYTES;
            }
            birth = version;
            memory.putLong(segment, value);
        }

        boolean isSeen(long since) {
            return live.anySince(since);
        }

        @Operation(nonParallelGroup = "writer")
        public final void seal() {
            live.forgetReleased();
            final IndexSnapshot snapshot = new IndexSnapshot(walk, new long[] {segment}, version, 1, 0);
            live.add(snapshot);
            version++;
            releaseAfter(published.getAndSet(snapshot));
        }

        @Operation(nonParallelGroup = "writer")
        public void releaseAndWrite(int value) {
            releaseAfter(published.getAndSet(null));
            write(value);
        }

        @Operation
        public long read() {
            while (true) {
                final IndexSnapshot snapshot = published.get();
                if (snapshot == null) {
                    return -1;
                }
                if (tryRetain(snapshot)) {
                    return readAndRelease(snapshot);
                }
            }
        }

        long readAndRelease(IndexSnapshot snapshot) {
            final long value = valueOf(snapshot);
            snapshot.release();
            return value;
        }

        static long valueOf(IndexSnapshot snapshot) {
            final long[] seen = new long[1];
            snapshot.forEach((key, keyBytes, hash, value, valueBytes) -> seen[0] = hash);
            return seen[0];
        }

        private static boolean tryRetain(IndexSnapshot snapshot) {
            try {
                snapshot.retain();
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        }

        private static void releaseAfter(IndexSnapshot snapshot) {
            if (snapshot != null) {
                snapshot.release();
            }
        }
    }

    /** Gives its reference back too early. */
    public static final class HastyReader extends OneEntry {
        @Override
        long readAndRelease(IndexSnapshot snapshot) {
            final long segment = segmentOf(snapshot);
            snapshot.release();
            return memory.getLong(segment);
        }

        private long segmentOf(IndexSnapshot snapshot) {
            final long[] seen = new long[1];
            snapshot.forEach((key, keyBytes, hash, value, valueBytes) -> seen[0] = value);
            return seen[0];
        }
    }

    /** Takes a snapshot for released once nobody can take it any more, though somebody reads it. */
    public static final class ForgetfulWriter extends OneEntry {
        @Override
        boolean isSeen(long since) {
            final IndexSnapshot snapshot = published.get();
            return snapshot != null && snapshot.version() >= since;
        }
    }

    /** Shows the one entry: its value as the hash, and where that lies as the address. */
    private record OneEntryWalk(HeapMemory memory) implements SnapshotWalk {
        @Override
        public void entries(long[] places, EntryVisitor visitor) {
            visitor.visit(0, 0, memory.getLong(places[0]), places[0], 0);
        }

        @Override
        public void dirtyEntries(long[] places, long version, DirtyVisitor visitor) {
            throw new UnsupportedOperationException("not asked for");
        }
    }

    /** What one thread alone would see. */
    public static final class Specification {
        private long current;
        private long sealed;

        public void write(int value) {
            current = value;
        }

        public void seal() {
            sealed = current;
        }

        public void releaseAndWrite(int value) {
            sealed = -1;
            current = value;
        }

        public long read() {
            return sealed;
        }
    }
}
