package dev.millrace.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.FileOps;
import dev.millrace.state.file.StateFileException;
import dev.millrace.state.store.ColdStore;
import dev.millrace.state.store.MapDbConfig;
import dev.millrace.state.store.MapDbStore;
import dev.millrace.state.store.SortedRun;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreScanTest {
    private static final int ENTRIES = 40 * 1024 + 7;

    @TempDir
    Path directory;

    private MapDbStore store;
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void fill() {
        store = MapDbStore.open(FileOps.real(), directory, MapDbConfig.DEFAULT);
        store.load(1, new Numbers());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, number).array();
    }

    /** The store, which notes who reads it, and fails when it was read so often. */
    private ColdStore failingAt(int call, Throwable problem) {
        AtomicInteger calls = new AtomicInteger();
        return (ColdStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ColdStore.class}, (proxy, method, arguments) -> {
                    readers.add(Thread.currentThread());
                    if (calls.incrementAndGet() == call) {
                        throw problem;
                    }
                    try {
                        return method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void showsEveryEntryOnceAndReadsAheadOnAnotherThread() {
        int[] count = {0};
        try (StoreScan scan = new StoreScan(failingAt(-1, new IllegalStateException()))) {
            while (scan.hasEntry()) {
                assertEquals(count[0], ByteBuffer.wrap(scan.key()).getInt());
                scan.show((key, value) ->
                        assertEquals(count[0], ByteBuffer.wrap(value).getInt()));
                count[0]++;
            }
            assertFalse(scan.hasEntry());
        }
        assertEquals(ENTRIES, count[0]);
        assertEquals(2, readers.size());
    }

    @Test
    void leavesNobodyReadingWhenItIsClosedInTheMiddle() {
        for (int entries : new int[] {0, 1, 1024 * StoreScan.CHUNKS_WITHOUT_THREAD, ENTRIES / 2}) {
            try (StoreScan scan = new StoreScan(failingAt(-1, new IllegalStateException()))) {
                for (int i = 0; i < entries; i++) {
                    assertTrue(scan.hasEntry());
                    scan.show((key, value) -> {});
                }
            }
            for (Thread reader : readers) {
                assertTrue(reader == Thread.currentThread() || !reader.isAlive());
            }
        }
    }

    @Test
    void tellsWhatReadingFailedWithOnWhicheverThread() {
        for (int call : new int[] {1, StoreScan.CHUNKS_WITHOUT_THREAD, 20, 40}) {
            for (Throwable problem :
                    new Throwable[] {new StateFileException("disk is broken"), new OutOfMemoryError()}) {
                try (StoreScan scan = new StoreScan(failingAt(call, problem))) {
                    assertSame(problem, assertThrows(problem.getClass(), () -> {
                        while (scan.hasEntry()) {
                            scan.show((key, value) -> {});
                        }
                    }));
                }
            }
        }
    }

    private static final class Numbers implements SortedRun {
        private int at = -1;

        @Override
        public boolean next() {
            return ++at < ENTRIES;
        }

        @Override
        public byte[] key() {
            return StoreScanTest.key(at);
        }

        @Override
        public byte @Nullable [] value() {
            return StoreScanTest.key(at);
        }
    }
}
