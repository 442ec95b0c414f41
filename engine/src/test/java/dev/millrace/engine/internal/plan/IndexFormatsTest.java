package dev.millrace.engine.internal.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.KeyedStream;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.engine.stream.Sources;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.Stream;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.engine.stream.Window;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The plan says how each state will lie in its index. */
final class IndexFormatsTest {
    private static final String LINES = "lines";
    private static final String TAGGED = "tagged";
    private static final String EITHER = "lines, tagged if active-state is set";

    record Item(long number, String text) {}

    /** Of 24 bytes, so that a stamp of 8 fits a line, and of 32, where it does not. */
    record Three(long a, long b, long c) {}

    record Four(long a, long b, long c, long d) {}

    private final Pipeline pipeline = Pipeline.named("formats");
    private final Stream<Item> items = pipeline.source(
                    "in", Sources.generator(Item.class, number -> new Item(number, "")))
            .eventTime(item -> Instant.ofEpochMilli(item.number()), Duration.ZERO);
    private final KeyedStream<Long, Item> byNumber = items.keyBy(Item::number);
    private final KeyedStream<String, Item> byText = items.keyBy(Item::text);

    private void assertFormat(String format, String state) {
        String line = pipeline.explain()
                .lines()
                .filter(each -> each.contains("state \"" + state + "\": "))
                .findFirst()
                .orElseThrow();
        assertEquals(format, line.contains(", index=") ? line.replaceFirst(".*, index=", "") : "", line);
    }

    private <K> void keep(KeyedStream<K, Item> keyed, String operator, State.Kind<?> state) {
        keyed.stateful(operator, state, (Item item, Object kept, Output<Item> out) -> {})
                .forEach(operator, item -> {});
    }

    @Test
    void smallValuesOfFixedSizeLieInLinesUntilTheyMayLeave() {
        keep(byNumber, "small", State.value("count", Long.class));
        keep(byNumber, "reduced", State.reducing("sum", Long.class, Long::sum));
        keep(byText, "keys-of-text", State.value("of-text", Long.class));
        keep(byNumber, "values-of-text", State.value("text", String.class));
        assertFormat(EITHER, "count");
        assertFormat(EITHER, "sum");
        assertFormat(TAGGED, "of-text");
        assertFormat(TAGGED, "text");
    }

    @Test
    void theStampOfWhatExpiresCounts() {
        Duration day = Duration.ofDays(1);
        keep(byNumber, "three", State.value("three", Three.class).expiresAfter(day, TimeKind.EVENT));
        keep(byNumber, "four", State.value("four", Four.class));
        keep(byNumber, "expiring", State.value("expiring", Four.class).expiresAfter(day, TimeKind.EVENT));
        assertFormat(EITHER, "three");
        assertFormat(EITHER, "four");
        assertFormat(TAGGED, "expiring");
    }

    @Test
    void whatTimersAskForNeverLeavesAndTimersAreInNoIndex() {
        byNumber.statefulWithTimers(
                        "timed",
                        State.value("timed", Long.class),
                        (Item item, ValueState<Long> count, Output<Item> out) -> {},
                        (key, timer, count, out) -> {})
                .forEach("timed", item -> {});
        assertFormat(LINES, "timed");
        assertFormat("", "timed/timers");
    }

    @Test
    void mapsAndListsAreTagged() {
        keep(byNumber, "map", State.map("map", Long.class, Long.class));
        keep(byNumber, "list", State.list("list", Long.class));
        assertFormat(TAGGED, "map");
        assertFormat(TAGGED, "map/keys");
        assertFormat(TAGGED, "list");
    }

    @Test
    void aggregatesLieAsTheirWindowsWant() {
        byNumber.<Long, Long>aggregate("whole", Aggregate.counting(), (key, window, count) -> count)
                .forEach("whole", count -> {});
        aggregate("tumbling", Window.tumbling(Duration.ofSeconds(1)));
        aggregate("sliding", Window.sliding(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        aggregate("sessions", Window.session(Duration.ofSeconds(1)));
        assertFormat(EITHER, "whole");
        assertFormat(LINES, "tumbling");
        assertFormat(TAGGED, "sliding");
        assertFormat(TAGGED, "sessions");
    }

    private void aggregate(String name, Window.Kind kind) {
        byNumber.window(kind)
                .<Long, Long>aggregate(name, Aggregate.counting(), (key, window, count) -> count)
                .forEach(name, count -> {});
    }
}
