package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.SideOutput;
import dev.millrace.engine.stream.Split;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.WatermarkStrategy;
import dev.millrace.engine.stream.Window;
import dev.millrace.engine.testkit.TestInput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A pipeline that chance drew: sources, everything that changes, parts, brings together and groups streams, and a sink behind
 * each open end; beside it what a plain program makes of the same events. What operators do does not depend on the order of
 * events, so that the results do not either.
 */
final class RandomGraph {
    private static final int MOST_SOURCES = 3;
    private static final int MOST_OPERATORS = 9;
    private static final int MOST_EVENTS = 60;
    private static final int KEYS = 5;
    private static final int WINDOW_MILLIS = 20;
    private static final Duration DISORDER = Duration.ofSeconds(1);

    /** An event. Its moment is always that of the event that it comes from. */
    record Item(long number, long moment) {
        long key() {
            return Math.floorMod(number, KEYS);
        }

        Instant time() {
            return Instant.ofEpochMilli(moment);
        }
    }

    /** A stream, the events that must be in it, and whether they have a time that windows can go by. */
    private record Drawn(Stream<Item> stream, List<Item> events, boolean hasTime) {}

    private static final SideOutput<Item> SIDE = SideOutput.of(Item.class);

    private final Random random;
    private final boolean isTimed;
    private final Pipeline pipeline = Pipeline.named("random");
    private final List<Drawn> streams = new ArrayList<>();
    /** Streams that nothing reads yet. */
    private final List<Drawn> open = new ArrayList<>();

    private final Map<String, List<Item>> expected = new TreeMap<>();
    private final Map<String, List<Item>> found = new TreeMap<>();
    private int names;

    RandomGraph(long seed) {
        random = new Random(seed);
        isTimed = random.nextBoolean();
        int sources = 1 + random.nextInt(MOST_SOURCES);
        for (int i = 0; i < sources; i++) {
            source();
        }
        int operators = 1 + random.nextInt(MOST_OPERATORS);
        for (int i = 0; i < operators; i++) {
            operator();
        }
        for (Drawn end : List.copyOf(open)) {
            sink(end);
        }
    }

    Pipeline pipeline() {
        return pipeline;
    }

    /** What each sink should have been given, in some order. */
    Map<String, List<Item>> expected() {
        return sorted(expected);
    }

    /** What each sink was given. */
    Map<String, List<Item>> found() {
        return sorted(found);
    }

    private static Map<String, List<Item>> sorted(Map<String, List<Item>> results) {
        Map<String, List<Item>> sorted = new TreeMap<>();
        results.forEach((sink, items) -> sorted.put(
                sink,
                items.stream()
                        .sorted(java.util.Comparator.comparingLong(Item::number).thenComparingLong(Item::moment))
                        .toList()));
        return sorted;
    }

    private String name(String what) {
        return what + names++;
    }

    private void add(Stream<Item> stream, List<Item> events, boolean hasTime) {
        Drawn drawn = new Drawn(stream, events, hasTime);
        streams.add(drawn);
        open.add(drawn);
    }

    private Drawn pick() {
        // Most often what nothing reads yet; else a stream is used twice.
        Drawn drawn = random.nextInt(4) > 0 && !open.isEmpty()
                ? open.get(random.nextInt(open.size()))
                : streams.get(random.nextInt(streams.size()));
        open.remove(drawn);
        return drawn;
    }

    private void source() {
        TestInput<Item> feed = TestInput.of(Item.class);
        List<Item> events = new ArrayList<>();
        int count = random.nextInt(MOST_EVENTS);
        for (int i = 0; i < count; i++) {
            Item item = new Item(random.nextInt(100), i * 7L + random.nextInt(100));
            events.add(item);
            feed.send(item);
        }
        feed.end();
        Stream<Item> stream = pipeline.source(name("source"), feed);
        if (isTimed) {
            WatermarkStrategy<Item> strategy = WatermarkStrategy.boundedDisorder(DISORDER);
            stream = stream.eventTime(
                    Item::time, random.nextBoolean() ? strategy : strategy.alignedWithin(Duration.ofMillis(50)));
        }
        add(stream, events, isTimed);
    }

    private void operator() {
        switch (random.nextInt(9)) {
            case 0 -> filter();
            case 1 -> map();
            case 2 -> flatMap();
            case 3 -> split();
            case 4 -> union();
            case 5 -> rebalance();
            case 6 -> stateful();
            case 7 -> total();
            default -> windows();
        }
    }

    private void filter() {
        Drawn from = pick();
        int divisor = 2 + random.nextInt(3);
        add(
                from.stream().filter(item -> item.number() % divisor != 0),
                from.events().stream()
                        .filter(item -> item.number() % divisor != 0)
                        .toList(),
                from.hasTime());
    }

    private void map() {
        Drawn from = pick();
        int offset = random.nextInt(50);
        Function<Item, Item> function = item -> new Item(item.number() + offset, item.moment());
        add(from.stream().map(function), from.events().stream().map(function).toList(), from.hasTime());
    }

    private void flatMap() {
        Drawn from = pick();
        int divisor = 2 + random.nextInt(3);
        Stream<Item> main = from.stream().<Item>flatMap((item, out) -> {
            for (int i = 0; i < item.number() % divisor; i++) {
                out.emit(new Item(item.number() * 3 + i, item.moment()));
            }
            if (item.number() % 5 == 0) {
                out.emit(SIDE, new Item(-item.number(), item.moment()));
            }
        });
        List<Item> sides = new ArrayList<>();
        List<Item> mains = new ArrayList<>();
        for (Item item : from.events()) {
            for (int i = 0; i < item.number() % divisor; i++) {
                mains.add(new Item(item.number() * 3 + i, item.moment()));
            }
            if (item.number() % 5 == 0) {
                sides.add(new Item(-item.number(), item.moment()));
            }
        }
        add(main, mains, from.hasTime());
        if (random.nextBoolean()) {
            add(main.sideOutput(SIDE), sides, from.hasTime());
        }
    }

    private void split() {
        Drawn from = pick();
        Split<Item> split = from.stream().split(item -> item.number() % 2 == 0);
        add(
                split.matching(),
                from.events().stream().filter(item -> item.number() % 2 == 0).toList(),
                from.hasTime());
        add(
                split.rest(),
                from.events().stream().filter(item -> item.number() % 2 != 0).toList(),
                from.hasTime());
    }

    private void union() {
        Drawn first = pick();
        Drawn second = pick();
        Drawn third = pick();
        List<Drawn> inputs = new ArrayList<>(List.of(first));
        for (Drawn other : List.of(second, third)) {
            if (!inputs.contains(other)) {
                inputs.add(other);
            }
        }
        if (inputs.size() == 1) {
            open.add(first);
            return;
        }
        List<Item> all = new ArrayList<>();
        inputs.forEach(input -> all.addAll(input.events()));
        boolean hasTime = inputs.stream().allMatch(Drawn::hasTime);
        @SuppressWarnings({"unchecked", "rawtypes"})
        Stream<Item>[] others =
                inputs.subList(1, inputs.size()).stream().map(Drawn::stream).toArray(Stream[]::new);
        add(first.stream().union(others), all, hasTime);
    }

    private void rebalance() {
        Drawn from = pick();
        add(from.stream().rebalance(), from.events(), from.hasTime());
    }

    private KeyedStream<Long, Item> keyed(Drawn from) {
        return from.stream().keyBy(Item::key);
    }

    /** Counts the events of each key as they come. */
    private void stateful() {
        Drawn from = pick();
        Stream<Item> counted = keyed(from)
                .stateful(name("state"), State.value(name("count"), Long.class, 0L), (item, count, out) -> {
                    long now = Objects.requireNonNull(count.get()) + 1;
                    count.set(now);
                    out.emit(new Item(item.key() * 1000 + now, item.key()));
                });
        List<Item> events = new ArrayList<>();
        counts(from.events(), Item::key).forEach((key, count) -> java.util.stream.LongStream.rangeClosed(1, count)
                .forEach(n -> events.add(new Item(key * 1000 + n, key))));
        add(counted, events, false);
    }

    private void total() {
        Drawn from = pick();
        Stream<Item> totals = keyed(from)
                .aggregate(name("total"), Aggregate.<Item>counting(), (key, window, count) -> new Item(key, count));
        List<Item> events = new ArrayList<>();
        counts(from.events(), Item::key).forEach((key, count) -> events.add(new Item(key, count)));
        add(totals, events, false);
    }

    private void windows() {
        Drawn from = pick();
        if (!from.hasTime()) {
            open.add(from);
            return;
        }
        Stream<Item> counted = keyed(from)
                .window(Window.tumbling(Duration.ofMillis(WINDOW_MILLIS)))
                .aggregate(
                        name("window"),
                        Aggregate.<Item>counting(),
                        (key, window, count) ->
                                new Item(key * 100_000 + window.start().toEpochMilli(), count));
        List<Item> events = new ArrayList<>();
        counts(from.events(), item -> item.key() * 100_000 + item.moment() / WINDOW_MILLIS * WINDOW_MILLIS)
                .forEach((window, count) -> events.add(new Item(window, count)));
        add(counted, events, false);
    }

    private static Map<Long, Long> counts(List<Item> events, Function<Item, Long> key) {
        return events.stream().collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
    }

    private void sink(Drawn end) {
        String name = name("sink");
        List<Item> items = new ArrayList<>();
        found.put(name, items);
        expected.put(name, end.events());
        end.stream().forEach(name, items::add);
    }
}
