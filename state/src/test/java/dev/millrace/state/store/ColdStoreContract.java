package dev.millrace.state.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.file.Directories;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every cold store promises. */
abstract class ColdStoreContract {
    @TempDir
    Path directory;

    /** Opens the store in a directory, creating it if needed. */
    abstract ColdStore open(Path place);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A run from words like {@code a=1} (put) and {@code a} (delete), in the order given. */
    static SortedRun run(String... words) {
        return new TestRun(mutations(words));
    }

    /** A run that says of itself that it is large. */
    static SortedRun largeRun(String... words) {
        return new TestRun(mutations(words), 1L << 30);
    }

    private static List<TestRun.Mutation> mutations(String... words) {
        List<TestRun.Mutation> mutations = new ArrayList<>();
        for (String word : words) {
            int at = word.indexOf('=');
            mutations.add(
                    at < 0
                            ? new TestRun.Mutation(bytes(word), null)
                            : new TestRun.Mutation(bytes(word.substring(0, at)), bytes(word.substring(at + 1))));
        }
        return mutations;
    }

    static String all(ColdStore store) {
        return range(store, "", null);
    }

    private static String range(ColdStore store, String from, @Nullable String to) {
        StringBuilder seen = new StringBuilder();
        store.scan(bytes(from), to == null ? null : bytes(to), (key, value) -> seen.append(
                        new String(key, StandardCharsets.UTF_8))
                .append('=')
                .append(new String(value, StandardCharsets.UTF_8))
                .append(' '));
        return seen.toString().strip();
    }

    @Test
    void anEmptyStoreIsAtEpochZero() {
        try (ColdStore store = open(directory)) {
            assertEquals(0, store.appliedEpoch());
            assertEquals(0, store.durableEpoch());
            assertNull(store.get(bytes("a")));
            assertNull(store.get(new byte[0]));
            assertEquals("", all(store));
            store.checkpoint();
            assertEquals(0, store.durableEpoch());
        }
    }

    @Test
    void showsTheSameWhateverIsFoldedAsALargeRun() {
        try (ColdStore store = open(directory)) {
            store.fold(1, largeRun("a=1", "b=2", "c=3"));
            store.fold(2, run("b=4", "c", "d=5"));
            store.fold(4, largeRun("a", "b=6", "c", "e=7", "f="));
            assertEquals("b=6 d=5 e=7 f=", all(store));
            assertEquals(4, store.appliedEpoch());
            store.fold(4, largeRun("a=8"));
            assertNull(store.get(bytes("a")));
            assertThrows(IllegalArgumentException.class, () -> store.fold(5, largeRun("b=1", "a=1")));
            assertEquals("b=6 d=5 e=7 f=", all(store));
            store.fold(5, largeRun("b", "d", "e", "f"));
            assertEquals("", all(store));
            store.fold(6, run("g=1"));
            store.checkpoint();
        }
        try (ColdStore store = open(directory)) {
            assertEquals(6, store.durableEpoch());
            assertEquals("g=1", all(store));
        }
    }

    @Test
    void showsWhatWasFoldedAndHidesWhatWasDeleted() {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1", "b=2", "c=3", "d="));
            store.checkpoint();
            store.fold(2, run("a=new", "b", "bb=between", "e", "f=6"));
            assertEquals("a=new bb=between c=3 d= f=6", all(store));
            assertEquals("bb=between c=3", range(store, "b", "d"));
            assertEquals("", range(store, "d", "d"));
            assertEquals("", range(store, "x", "b"));
            assertEquals("f=6", range(store, "e", null));
            assertArrayEquals(bytes("new"), store.get(bytes("a")));
            assertArrayEquals(bytes(""), store.get(bytes("d")));
            assertNull(store.get(bytes("b")));
            assertEquals(2, store.appliedEpoch());
            assertEquals(1, store.durableEpoch());
        }
    }

    @Test
    void foldingAnEpochAgainChangesNothing() {
        try (ColdStore store = open(directory)) {
            store.fold(3, run("a=1"));
            store.fold(3, run("a=2"));
            store.fold(2, run("b=2"));
            assertEquals("a=1", all(store));
            assertEquals(3, store.appliedEpoch());
        }
    }

    @Test
    void aRunThatIsNotSortedChangesNothing() {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1"));
            assertThrows(IllegalArgumentException.class, () -> store.fold(2, run("a=2", "c=3", "b=4")));
            assertThrows(IllegalArgumentException.class, () -> store.fold(2, run("a=2", "a=3")));
            assertThrows(IllegalArgumentException.class, () -> store.fold(2, run("=2")));
            assertEquals("a=1", all(store));
            assertEquals(1, store.appliedEpoch());
        }
    }

    @Test
    void anEpochWithoutMutationsBecomesDurableToo() {
        try (ColdStore store = open(directory)) {
            store.fold(1, run());
            store.checkpoint();
            store.fold(2, run("a=1"));
            store.checkpoint();
            store.fold(7, run());
            store.checkpoint();
            assertEquals(7, store.durableEpoch());
        }
        try (ColdStore store = open(directory)) {
            assertEquals(7, store.appliedEpoch());
            assertEquals("a=1", all(store));
        }
    }

    @Test
    void aStoreThatWasEmptiedStaysEmpty() {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1", "b=2"));
            store.checkpoint();
            store.fold(2, run("a", "b"));
            store.checkpoint();
            assertEquals("", all(store));
        }
        try (ColdStore store = open(directory)) {
            assertEquals(2, store.durableEpoch());
            assertEquals("", all(store));
        }
    }

    @Test
    void ordersKeysAsUnsignedBytes() {
        TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < 256; i++) {
            entries.put(new byte[] {(byte) i}, new byte[] {1});
            entries.put(new byte[] {(byte) i, (byte) (255 - i)}, new byte[] {2});
        }
        try (ColdStore store = open(directory)) {
            store.fold(1, TestRun.of(entries));
            store.checkpoint();
            List<byte[]> seen = new ArrayList<>();
            store.scan(new byte[0], null, (key, value) -> seen.add(key));
            assertEquals(512, seen.size());
            int at = 0;
            for (byte[] key : entries.keySet()) {
                assertArrayEquals(key, seen.get(at++));
                assertTrue(store.get(key) != null);
            }
        }
    }

    @Test
    void keepsAValueOfMegabytes() {
        byte[] large = new byte[5 << 20];
        new Random(1).nextBytes(large);
        try (ColdStore store = open(directory)) {
            TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
            entries.put(bytes("large"), large);
            entries.put(bytes("small"), bytes("x"));
            store.fold(1, TestRun.of(entries));
            store.checkpoint();
        }
        try (ColdStore store = open(directory)) {
            assertArrayEquals(large, store.get(bytes("large")));
        }
    }

    @Test
    void handsOutArraysThatAreNotItsOwn() {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1"));
            byte[] value = store.get(bytes("a"));
            assertTrue(value != null);
            value[0] = 'x';
            store.scan(new byte[0], null, (key, scanned) -> Arrays.fill(scanned, (byte) 'y'));
            assertEquals("a=1", all(store));
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        ColdStore store = open(directory);
        store.fold(1, run("a=1"));
        store.close();
        store.close();
        assertThrows(IllegalStateException.class, () -> store.get(bytes("a")));
        assertThrows(IllegalStateException.class, () -> store.fold(2, run("a=1")));
        assertThrows(IllegalStateException.class, () -> all(store));
        assertThrows(IllegalStateException.class, store::checkpoint);
    }

    @Test
    void isFoundAtACommittedEpochNoOlderThanTheDurableOneAfterACrashAnywhere() {
        for (long seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            Path place = directory.resolve("seed-" + seed);
            Map<Long, String> history = new HashMap<>();
            history.put(0L, "");
            TreeMap<String, String> model = new TreeMap<>();
            try (ColdStore store = open(place)) {
                for (long epoch = 1; epoch <= 40; epoch++) {
                    store.fold(epoch, mutate(model, random));
                    String text = text(model);
                    history.put(epoch, text);
                    assertEquals(text, all(store), "seed=" + seed);
                    if (random.nextInt(4) == 0) {
                        store.checkpoint();
                    }
                    if (random.nextInt(4) == 0) {
                        checkSuccessor(place, directory.resolve("copy-" + seed + "-" + epoch), store, history, seed);
                    }
                }
            }
        }
    }

    private void checkSuccessor(Path place, Path copy, ColdStore store, Map<Long, String> history, long seed) {
        Directories.copy(place, copy);
        try (ColdStore successor = open(copy)) {
            String seen = "seed=" + seed + ", found=" + successor.appliedEpoch() + ", durable=" + store.durableEpoch();
            assertTrue(successor.appliedEpoch() >= store.durableEpoch(), seen);
            assertTrue(successor.appliedEpoch() <= store.appliedEpoch(), seen);
            assertEquals(history.get(successor.appliedEpoch()), all(successor), seen);
            assertEquals(successor.appliedEpoch(), successor.durableEpoch(), seen);
        }
    }

    private static SortedRun mutate(Map<String, String> model, Random random) {
        TreeMap<String, String> words = new TreeMap<>();
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            String key = "k" + (10 + random.nextInt(60));
            if (random.nextInt(4) == 0) {
                model.remove(key);
                words.put(key, key);
            } else {
                String value = "v" + random.nextInt(1_000_000);
                model.put(key, value);
                words.put(key, key + "=" + value);
            }
        }
        return run(words.values().toArray(new String[0]));
    }

    private static String text(Map<String, String> model) {
        StringBuilder text = new StringBuilder();
        model.forEach((key, value) -> text.append(key).append('=').append(value).append(' '));
        return text.toString().strip();
    }

    @Test
    void readsManyKeysAtOnce() {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1", "b=2", "c=3"));
            store.checkpoint();
            store.fold(2, run("b", "d=4"));
            byte[][] keys = {bytes("a"), bytes("b"), bytes("bb"), bytes("d")};
            byte[][] values = store.getAll(keys);
            assertEquals(4, values.length);
            assertArrayEquals(bytes("1"), values[0]);
            assertNull(values[1]);
            assertNull(values[2]);
            assertArrayEquals(bytes("4"), values[3]);
            assertEquals(0, store.getAll(new byte[0][]).length);
        }
    }

    @Test
    void showsARangeInPieces() {
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1", "b=2", "c=3", "e=5"));
            store.checkpoint();
            store.fold(2, run("b", "bb=22", "d=4", "f=6"));
            List<String> pieces = new ArrayList<>();
            byte[] from = bytes("a");
            while (from != null) {
                StringBuilder piece = new StringBuilder();
                from = store.scanSome(
                        from, bytes("f"), 2, (key, value) -> piece.append(new String(key, StandardCharsets.UTF_8)));
                pieces.add(piece.toString());
            }
            assertEquals(List.of("abb", "cd", "e"), pieces);
            assertNull(store.scanSome(bytes("a"), bytes("c"), 2, (key, value) -> {}), "a piece that ends the range");
            assertNull(store.scanSome(bytes("x"), null, 2, (key, value) -> {}));
        }
    }

    @Test
    void readersSeeWholeEpochsWhileItIsFoldedInto() throws InterruptedException {
        int epochs = 150;
        String[] names = {"a", "b", "c", "d", "e", "f"};
        byte[][] keys = Arrays.stream(names).map(ColdStoreContract::bytes).toArray(byte[][]::new);
        List<String> problems = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean isDone = new AtomicBoolean();
        try (ColdStore store = open(directory)) {
            store.fold(1, run("a=1", "b=1", "c=1", "d=1", "e=1", "f=1"));
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readers.add(new Thread(() -> readUntil(isDone, store, keys, problems)));
            }
            readers.forEach(Thread::start);
            for (int epoch = 2; epoch <= epochs; epoch++) {
                String value = "=" + epoch;
                store.fold(epoch, run(Arrays.stream(names).map(n -> n + value).toArray(String[]::new)));
                if (epoch % 10 == 0) {
                    store.checkpoint();
                }
            }
            isDone.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
            assertEquals(List.of(), problems);
        }
    }

    private static void readUntil(AtomicBoolean isDone, ColdStore store, byte[][] keys, List<String> problems) {
        try {
            boolean isLast = false;
            while (!isLast) {
                isLast = isDone.get();
                byte[][] values = store.getAll(keys);
                StringBuilder scanned = new StringBuilder();
                store.scanSome(
                        new byte[0],
                        null,
                        10,
                        (key, value) -> scanned.append(new String(value, StandardCharsets.UTF_8) + " "));
                for (byte[] value : values) {
                    if (!Arrays.equals(value, values[0])) {
                        problems.add("two epochs in one read: " + Arrays.deepToString(values));
                    }
                }
                if (Arrays.stream(scanned.toString().split(" ")).distinct().count() != 1) {
                    problems.add("two epochs in one scan: " + scanned);
                }
            }
        } catch (RuntimeException e) {
            problems.add(e.toString());
        }
    }
}
