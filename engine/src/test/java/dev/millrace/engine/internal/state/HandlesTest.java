package dev.millrace.engine.internal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.stream.Aggregate;
import dev.millrace.engine.stream.AggregatingState;
import dev.millrace.engine.stream.ListState;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.Output;
import dev.millrace.engine.stream.ReducingState;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StateAccessException;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.ValueState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a handle refuses, and what it costs. */
final class HandlesTest {
    private static final State.Value<Long> VALUE = State.value("value", Long.class);
    private static final State.MapOf<String, Long> MAP = State.map("map", String.class, Long.class);
    private static final State.ListOf<String> LIST = State.list("list", String.class);

    record Handles(ValueState<Long> value, MapState<String, Long> map, ListState<String> list, Rest rest) {}

    record Rest(ReducingState<Long> reducing, AggregatingState<Long, Long> aggregating) {}

    private static final State.All<Handles> ALL = State.all(
            VALUE,
            MAP,
            LIST,
            State.all(
                    State.reducing("reducing", Long.class, Long::sum),
                    State.aggregating("aggregating", Aggregate.<Long>counting()),
                    Rest::new),
            Handles::new);

    private static void run(Body body) {
        try (Rig rig = Rig.of(ALL, (event, handles, out) -> body.run(handles, out))) {
            rig.send(1, 1, 0);
        }
    }

    private interface Body {
        void run(Handles handles, Output<Object> out);
    }

    private static String refusal(Class<? extends RuntimeException> type, Executable action) {
        return assertThrows(type, action).getMessage();
    }

    private static List<Executable> usesOf(Handles handles, Output<Object> out) {
        return List.of(
                handles.value::get,
                handles.value::isPresent,
                handles.value::clear,
                () -> handles.value.set(1L),
                () -> handles.value.update(value -> value),
                () -> handles.map.get("a"),
                () -> handles.map.contains("a"),
                () -> handles.map.put("a", 1L),
                () -> handles.map.update("a", 1L, value -> value),
                () -> handles.map.remove("a"),
                () -> handles.map.removeIf((key, value) -> true),
                () -> handles.map.forEach((key, value) -> {}),
                handles.map::clear,
                handles.map::size,
                handles.map::iterator,
                () -> handles.list.add("a"),
                () -> handles.list.removeFirst(1),
                () -> handles.list.forEach(element -> {}),
                handles.list::clear,
                handles.list::size,
                handles.list::iterator,
                () -> handles.rest.reducing.add(1L),
                handles.rest.reducing::get,
                handles.rest.reducing::clear,
                () -> handles.rest.aggregating.add(1L),
                handles.rest.aggregating::get,
                handles.rest.aggregating::clear,
                () -> out.emit("event"),
                () -> out.timerAfter("t", TimeKind.PROCESSING, Duration.ZERO),
                () -> out.cancelTimer("t", TimeKind.PROCESSING));
    }

    @Test
    void refusesEveryUseBehindTheCall() {
        List<Executable> uses = new ArrayList<>();
        run((handles, out) -> uses.addAll(usesOf(handles, out)));
        for (Executable use : uses) {
            String message = refusal(StateAccessException.class, use);
            assertTrue(message.contains("operator=rig"), message);
            assertTrue(message.contains("state=") || message.contains("output"), message);
        }
    }

    @Test
    void refusesEveryUseByAnotherThread() {
        run((handles, out) -> {
            for (Executable use : usesOf(handles, out)) {
                CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
                    try {
                        use.execute();
                    } catch (Throwable e) {
                        throw new CompletionException(e);
                    }
                });
                assertEquals(
                        StateAccessException.class,
                        assertThrows(CompletionException.class, other::join)
                                .getCause()
                                .getClass());
            }
        });
    }

    @Test
    void refusesAnIteratorOfAnEarlierCall() {
        List<Iterator<?>> iterators = new ArrayList<>();
        try (Rig rig = Rig.of(ALL, (event, handles, out) -> {
            if (event.number() == 0) {
                handles.map.put("a", 1L);
                handles.list.add("b");
                iterators.add(handles.map.iterator());
                iterators.add(handles.list.iterator());
            } else {
                iterators.forEach(iterator -> refusal(StateAccessException.class, iterator::hasNext));
                out.emit("refused");
            }
        })) {
            rig.send(1, 0, 0);
            rig.send(2, 1, 0);
            assertEquals(1, rig.sent().size());
        }
    }

    @Test
    void refusesToWriteAStateInsideItsOwnUpdate() {
        run((handles, out) -> {
            handles.value.set(1L);
            String message = refusal(
                    IllegalStateException.class,
                    () -> handles.value.update(value -> {
                        handles.value.set(5L);
                        return 7L;
                    }));
            assertTrue(message.contains("state=value"), message);
            handles.value.update(value -> value + 1); // and goes on
            assertEquals(2L, handles.value.get());
            handles.map.put("a", 1L);
            refusal(
                    IllegalStateException.class,
                    () -> handles.map.update("a", 0L, value -> {
                        handles.map.put("b", 1L);
                        return value;
                    }));
            handles.map.update("c", 0L, value -> value + handles.map.get("a"));
            assertEquals(1L, handles.map.get("c"));
            assertEquals(2, handles.map.size());
        });
    }

    @Test
    void refusesToUpdateWhatIsNotThere() {
        run((handles, out) -> {
            String message = refusal(IllegalStateException.class, () -> handles.value.update(value -> value));
            assertTrue(message.contains("state=value"), message);
            assertFalse(handles.value.isPresent());
        });
    }

    @Test
    void refusesKeysThatComeOrGoWhileAMapIsWalked() {
        run((handles, out) -> {
            for (long i = 0; i < 5; i++) {
                handles.map.put("key " + i, i);
            }
            refusal(
                    ConcurrentModificationException.class,
                    () -> handles.map.forEach((key, value) -> handles.map.put("other " + key, value)));
            refusal(ConcurrentModificationException.class, () -> {
                for (Map.Entry<String, Long> entry : handles.map) {
                    handles.map.remove(entry.getKey());
                }
            });
            long before = handles.map.size();
            handles.map.forEach((key, value) -> handles.map.put(key, value + 1)); // values may change
            assertEquals(before, handles.map.size());
            Iterator<Map.Entry<String, Long>> all = handles.map.iterator();
            assertThrows(IllegalStateException.class, all::remove);
            while (all.hasNext()) {
                all.next();
                assertTrue(all.hasNext() || handles.map.size() == 1);
                all.remove();
            }
            assertThrows(NoSuchElementException.class, all::next);
            assertTrue(handles.map.isEmpty());
        });
    }

    @Test
    void refusesElementsThatComeOrGoWhileAListIsWalked() {
        run((handles, out) -> {
            handles.list.add("a");
            handles.list.add("b");
            refusal(
                    ConcurrentModificationException.class,
                    () -> handles.list.forEach(element -> handles.list.add(element)));
            Iterator<String> all = handles.list.iterator();
            assertEquals("a", all.next());
            handles.list.removeFirst(1);
            refusal(ConcurrentModificationException.class, all::next);
            assertTrue(refusal(IllegalArgumentException.class, () -> handles.list.removeFirst(-1))
                    .contains("count=-1"));
            Iterator<String> rest = handles.list.iterator();
            while (rest.hasNext()) {
                rest.next();
            }
            assertThrows(NoSuchElementException.class, rest::next);
        });
    }

    /** What is dirty behind an epoch in which the last event alone changed something. */
    private static long dirtyOfLast(Rig rig, int events) {
        for (int i = 0; i < events; i++) {
            rig.send(1, i, 0);
        }
        rig.barrier(1).abandon();
        rig.send(1, events, 0);
        Barrier barrier = rig.barrier(2);
        long dirty = barrier.parts().stream()
                .map(StatePart::snapshot)
                .mapToLong(snapshot -> snapshot.dirtyCount())
                .sum();
        barrier.abandon();
        return dirty;
    }

    @Test
    void anElementMoreWritesTheHeadAndTheLastChunkOfALongList() {
        try (Rig rig = Rig.of(LIST, (event, list, out) -> list.add("element " + event.number()))) {
            assertEquals(2, dirtyOfLast(rig, 10_000));
        }
    }

    @Test
    void anEntryPutAgainInALargeMapWritesThatEntryAlone() {
        try (Rig rig = Rig.of(MAP, (event, map, out) -> map.put("key " + event.number() % 5000, event.number()))) {
            assertEquals(1, dirtyOfLast(rig, 10_000));
        }
    }

    @Test
    void aListThatIsAddedToAndTrimmedTakesNoMoreMemory() {
        try (Rig rig = Rig.of(LIST, (event, list, out) -> {
            list.add("element " + event.number());
            list.keepLast(100);
        })) {
            for (int i = 0; i < 20_000; i++) {
                rig.send(1, i, 0);
            }
            long before = rig.task().liveBytes();
            for (int i = 0; i < 200_000; i++) {
                rig.send(1, i, 0);
            }
            assertTrue(
                    rig.task().liveBytes() <= before + (64 << 10),
                    () -> "bytes=" + rig.task().liveBytes());
        }
    }

    @Test
    void whatIsClearedLeavesNothingBehind() {
        try (Rig rig = Rig.of(ALL, (event, handles, out) -> {
            handles.map.put("a" + event.number(), 1L);
            handles.list.add("b");
            handles.rest.reducing.add(1L);
            handles.rest.aggregating.add(1L);
            handles.value.set(1L);
            if (event.number() == 20) {
                handles.map.clear();
                handles.list.clear();
                handles.rest.reducing.clear();
                handles.rest.aggregating.clear();
                handles.value.clear();
            }
        })) {
            for (int i = 0; i <= 20; i++) {
                rig.send(1, i, 0);
            }
            Barrier barrier = rig.barrier(1);
            for (StatePart part : barrier.parts()) {
                assertEquals(0, part.snapshot().length(), part.format().stateName());
            }
            barrier.abandon();
        }
    }
}
