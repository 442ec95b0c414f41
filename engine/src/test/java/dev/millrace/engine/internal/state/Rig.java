package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyedReceiver;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.KeyByNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.operator.Source;
import dev.millrace.engine.operator.SourceReader;
import dev.millrace.engine.stream.KeyedProcess;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.StatefulFunction;
import dev.millrace.engine.stream.TimerFunction;
import dev.millrace.serde.KeyHash;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.file.FileOps;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One instance of a stateful operator over events {key, number}, driven by hand. */
public final class Rig implements AutoCloseable {
    /** What it is sent. */
    public record Event(long key, long number) {}

    /** What it sends, and with which timestamp. */
    public record Sent(Object event, long millis) {}

    private static final long SEED = 0x5EED;

    private final TestTask task;
    private final List<KeyedOperators.Instance> instances;
    private final KeyedReceiver operator;
    private final List<Sent> sent = new ArrayList<>();
    private final int keyOffset;
    private final int numberOffset;
    private final long eventBlock;
    private final long keyBlock;

    private Rig(TestTask task, StatefulNode node) {
        this.task = task;
        Map<String, Integer> ids = new HashMap<>();
        node.states().forEach(state -> {
            ids.put(state.name(), ids.size() + 1);
            ids.put(state.name() + "/keys", ids.size() + 1);
        });
        ids.put("rig/timers", 0);
        instances = StatefulOperators.make(node, ids, SEED, task, null, null, new End());
        operator = instances.get(0).operator();
        RecordLayout layout = RecordLayout.of(Event.class);
        keyOffset = layout.field("key").offsetBytes();
        numberOffset = layout.field("number").offsetBytes();
        eventBlock = block(layout.fixedBytes());
        keyBlock = block(Long.BYTES);
        task.adopt();
    }

    private long block(int sizeBytes) {
        long block = task.allocator().allocate(MemoryPool.INDEX, sizeBytes);
        task.own(() -> task.allocator().free(block));
        return block;
    }

    private static KeyByNode keyBy() {
        Function<Event, Long> key = Event::key;
        return new KeyByNode(new SourceNode("events", new Events()), Erased.function(key), Long.class);
    }

    /** Over a function. */
    public static <S> Rig of(State.Kind<S> state, StatefulFunction<Event, S, Object> function) {
        return new Rig(
                new TestTask(), new StatefulNode(keyBy(), "rig", state, Erased.stateful(function), null, Object.class));
    }

    /** Over functions for events and timers. */
    public static <S> Rig of(
            State.Kind<S> state, StatefulFunction<Event, S, Object> function, TimerFunction<Long, S, Object> onTimer) {
        return new Rig(
                new TestTask(512L << 20),
                new StatefulNode(
                        keyBy(), "rig", state, Erased.stateful(function), Erased.onTimer(onTimer), Object.class));
    }

    /** Over an object that has the logic. */
    public static Rig of(State.Kind<? extends KeyedProcess<Long, Event, Object>> process) {
        return new Rig(new TestTask(), new StatefulNode(keyBy(), "rig", process, null, null, Object.class));
    }

    public void send(long key, long number, long millis) {
        // As their codecs would, without an object for each.
        Memory.putLong(eventBlock + keyOffset, key);
        Memory.putLong(eventBlock + numberOffset, number);
        Memory.putLong(keyBlock, key);
        operator.accept(eventBlock, eventBlock, millis, keyBlock, Long.BYTES, KeyHash.hash(keyBlock, Long.BYTES, SEED));
    }

    public void watermark(long millis) {
        operator.watermark(millis);
    }

    /** Tells the time by the clock; whether a timer waits for a later one. */
    public boolean tick(long millis) {
        return task.tick(millis);
    }

    public Barrier barrier(long epoch) {
        Barrier barrier = new Barrier(epoch, false);
        operator.barrier(barrier);
        return barrier;
    }

    /** Takes what the operator sends. */
    public void take(Object event, long timestamp) {
        sent.add(new Sent(event, timestamp));
    }

    /** What was sent since the last time that somebody asked. */
    public List<Sent> sent() {
        List<Sent> all = List.copyOf(sent);
        sent.clear();
        return all;
    }

    List<KeyedOperators.Instance> instances() {
        return instances;
    }

    TestTask task() {
        return task;
    }

    @Override
    public void close() {
        task.close();
    }

    /** Keeps what arrives. */
    private final class End extends Receiver {
        @Override
        public MethodHandle path() {
            try {
                MethodType type = MethodType.methodType(void.class, Object.class, long.class);
                return MethodHandles.lookup().bind(Rig.this, "take", type);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("rig has no such method: method=take", e);
            }
        }

        @Override
        public void watermark(long watermark) {}

        @Override
        public void barrier(Barrier barrier) {}

        @Override
        public void flush() {}
    }

    /** Only its type is asked for. */
    private static final class Events implements Source<Event> {
        @Override
        public Class<Event> type() {
            return Event.class;
        }

        @Override
        public void check(FileOps files) {}

        @Override
        public SourceReader open(FileOps files) {
            throw new UnsupportedOperationException("the test sends by hand");
        }
    }
}
