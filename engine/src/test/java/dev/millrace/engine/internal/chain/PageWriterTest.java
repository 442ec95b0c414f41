package dev.millrace.engine.internal.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.page.PageLayout;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.KeyHash;
import dev.millrace.serde.RecordLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From the operator that writes pages to the one that reads them. */
final class PageWriterTest {
    private static final long HASH_SEED = 0x5EED;

    record Fixed(long number, int small, double real) {}

    record Text(String word, long number, String other) {}

    record Pair(String word, long number) {}

    private final TestTask task = new TestTask();

    @AfterEach
    void close() {
        task.close();
    }

    /** Reads what comes out of pages back into values, and checks the key's bytes against their hash. */
    private static final class Reading<E, K> extends KeyedReceiver {
        final FlatCodec<E> events;
        final FlatCodec<K> keys;
        final List<String> seen = new ArrayList<>();
        boolean isBroken;

        Reading(Class<E> event, Class<K> key) {
            events = FlatCodec.of(event);
            keys = FlatCodec.of(key);
        }

        @Override
        public void accept(long event, long page, long timestamp, long key, int keyBytes, long hash) {
            if (isBroken) {
                throw new IllegalStateException("broken");
            }
            assertEquals(KeyHash.hash(key, keyBytes, HASH_SEED), hash);
            keys.validate(key, keyBytes);
            seen.add(keys.readBlob(key) + " " + timestamp + " " + events.read(event, page));
        }

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
            seen.add("barrier " + barrier.epoch());
        }

        @Override
        public void flush() {}
    }

    private <E, K> Receiver keyBy(Class<E> type, Class<K> keyType, Function<E, K> key, Reading<E, K> reading) {
        MapNode before = new MapNode(null, Erased.function(key), type);
        KeyByNode node = new KeyByNode(before, Erased.function(key), keyType);
        return ChainOperators.keyBy(
                node, task, ChainOperators.local(ChainOperators.keyedHead(node, task, reading)), HASH_SEED);
    }

    private static void send(MethodHandle path, Object event, long timestamp) {
        try {
            path.invokeExact(event, timestamp);
        } catch (Throwable e) {
            throw EventPath.rethrow(e);
        }
    }

    private <E, K> void checkRoundTrip(Class<E> type, Class<K> keyType, Function<E, K> key, Function<Random, E> make) {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            Reading<E, K> reading = new Reading<>(type, keyType);
            Receiver keyBy = keyBy(type, keyType, key, reading);
            MethodHandle path = keyBy.path();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                E event = make.apply(random);
                send(path, event, i);
                expected.add(key.apply(event) + " " + i + " " + event);
                if (random.nextInt(700) == 0) {
                    keyBy.watermark(i);
                    expected.add("watermark " + i);
                }
            }
            keyBy.barrier(new Barrier(1, false));
            expected.add("barrier 1");
            assertEquals(expected, reading.seen, "seed=" + seed);
        }
    }

    @Test
    void fixedKeysAndEventsComeBack() {
        checkRoundTrip(
                Fixed.class,
                Integer.class,
                Fixed::small,
                random -> new Fixed(random.nextLong(), random.nextInt(), random.nextDouble()));
    }

    @Test
    void fixedKeysOfEventsWithTextComeBack() {
        checkRoundTrip(Text.class, Long.class, Text::number, PageWriterTest::text);
    }

    @Test
    void textKeysOfEventsWithTextComeBack() {
        checkRoundTrip(Text.class, Pair.class, text -> new Pair(text.word(), text.number()), PageWriterTest::text);
    }

    private static Text text(Random random) {
        return new Text(word(random), random.nextLong(), word(random));
    }

    /** Mostly short; now and then so long that few fit a page. */
    private static String word(Random random) {
        int length = random.nextInt(50) == 0 ? random.nextInt(1900) : random.nextInt(12);
        return random.ints(length, 'a', 'z' + 200)
                .collect(StringBuilder::new, (text, c) -> text.append((char) c), StringBuilder::append)
                .toString();
    }

    @Test
    void refusesAnEventThatFitsNoPageAndSaysHowMuchDoes() {
        Reading<Text, Long> reading = new Reading<>(Text.class, Long.class);
        Receiver keyBy = keyBy(Text.class, Long.class, Text::number, reading);
        int limit = new PageLayout(RecordLayout.of(Long.class), RecordLayout.of(Text.class)).maxVariableBytes();
        send(keyBy.path(), new Text("x".repeat(limit / 8 * 8), 1, ""), 1);
        String problem = assertThrows(
                        IllegalStateException.class,
                        () -> send(keyBy.path(), new Text("x".repeat(limit + 1), 1, ""), 2))
                .getMessage();
        assertTrue(problem.contains("limitBytes=" + limit), problem);
        keyBy.flush();
        assertEquals(1, reading.seen.size());
    }

    @Test
    void refusesAKeyThatIsTooLong() {
        Receiver keyBy = keyBy(Text.class, String.class, Text::word, new Reading<>(Text.class, String.class));
        String problem = assertThrows(
                        IllegalStateException.class,
                        () -> send(keyBy.path(), new Text("k".repeat(ChainOperators.MAX_KEY_BYTES), 1, ""), 1))
                .getMessage();
        assertTrue(problem.contains("limitBytes=" + ChainOperators.MAX_KEY_BYTES), problem);
    }

    @Test
    void aPageIsGivenBackWhenAnOperatorThrowsOverIt() {
        Reading<Fixed, Long> reading = new Reading<>(Fixed.class, Long.class);
        Receiver keyBy = keyBy(Fixed.class, Long.class, Fixed::number, reading);
        send(keyBy.path(), new Fixed(1, 2, 3), 4);
        reading.isBroken = true;
        assertThrows(IllegalStateException.class, keyBy::flush);
        // The leak guard says whether closing the task finds the page.
    }

    @Test
    void partitionsShareTheKeyGroupsOutEvenlyAndInOrder() {
        for (int partitions = 1; partitions <= KeyPartitioner.KEY_GROUPS; partitions++) {
            KeyPartitioner partitioner = new KeyPartitioner(partitions);
            int[] counts = new int[partitions];
            int last = 0;
            for (int group = 0; group < KeyPartitioner.KEY_GROUPS; group++) {
                int partition = partitioner.partitionOf(group);
                assertTrue(partition == last || partition == last + 1);
                counts[partition]++;
                last = partition;
            }
            int few = KeyPartitioner.KEY_GROUPS / partitions;
            for (int count : counts) {
                assertTrue(count == few || count == few + 1, "partitions=" + partitions + ", count=" + count);
            }
        }
    }

    @Test
    void aKeyStaysInItsGroupForEver() {
        FlatCodec<Long> codec = FlatCodec.of(Long.class);
        long key = task.own(new Scratch(task.allocator())).ofAtLeast(codec.fixedBytes());
        List<Integer> groups = new ArrayList<>();
        for (long number = 1; number <= 4; number++) {
            codec.writeBlob(number, key);
            groups.add(KeyPartitioner.groupOf(key, codec.fixedBytes()));
            assertEquals(number, Memory.getLong(key));
        }
        assertEquals(GROUPS_OF_1_TO_4, groups, "state on disk is found by it");
    }

    private static final List<Integer> GROUPS_OF_1_TO_4 = List.of(78, 105, 103, 4);
}
