package dev.millrace.engine.internal.state;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.TaskContext;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.engine.internal.plan.Node.StatefulNode;
import dev.millrace.engine.internal.plan.StoredState;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.internal.window.StateTarget;
import dev.millrace.engine.stream.AggregatingState;
import dev.millrace.engine.stream.ListState;
import dev.millrace.engine.stream.MapState;
import dev.millrace.engine.stream.ReducingState;
import dev.millrace.engine.stream.State;
import dev.millrace.engine.stream.TimeKind;
import dev.millrace.engine.stream.ValueState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.KeyHash;
import dev.millrace.serde.RecordLayout;
import dev.millrace.state.index.ActiveIndex;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the handles of one operator instance, and what is behind them. Used by the thread that starts the job. */
final class StateBuilder {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final int NO_ID = -1;

    private final StatefulNode node;
    private final Map<String, Integer> stateIds;
    private final long hashSeed;
    private final TaskContext task;
    private final BlockAllocator allocator;
    private final KeyContext call;
    private final RecordLayout keyLayout;
    private final List<KeptState> states = new ArrayList<>();
    private final List<ActiveIndex> touched = new ArrayList<>();
    private boolean needsClock;

    StateBuilder(StatefulNode node, Map<String, Integer> stateIds, long hashSeed, TaskContext task, KeyContext call) {
        this.node = node;
        this.stateIds = stateIds;
        this.hashSeed = hashSeed;
        this.task = task;
        this.call = call;
        allocator = task.allocatorOf(node.name());
        keyLayout = RecordLayout.of(node.keyBy().keyType());
    }

    /** All that is stored, in the order of the declaration. */
    List<KeptState> states() {
        return List.copyOf(states);
    }

    ActiveIndex[] touched() {
        return touched.toArray(ActiveIndex[]::new);
    }

    boolean needsClock() {
        return needsClock;
    }

    /** What the user's function sees of a declaration. */
    Object handle(State.Kind<?> kind) {
        if (kind instanceof State.All<?> all) {
            return all.of(all.parts().stream().map(this::handle).toArray());
        }
        State.Named<?> named = (State.Named<?>) kind;
        State.Expiry expiry = named.expiry();
        Lifetime lifetime = new Lifetime(expiry, call);
        needsClock |= expiry != null && expiry.time() == TimeKind.PROCESSING;
        if (named instanceof State.Value<?> value) {
            return value(value, lifetime);
        } else if (named instanceof State.MapOf<?, ?> map) {
            return map(map, lifetime);
        } else if (named instanceof State.ListOf<?> list) {
            return list(list, lifetime);
        } else if (named instanceof State.Reducing<?> reducing) {
            return reducing(reducing, lifetime);
        } else if (named instanceof State.Aggregating<?, ?> aggregating) {
            return aggregating(aggregating, lifetime);
        }
        throw new IllegalStateException("unknown kind of state: state=" + named.name());
    }

    private Object value(State.Value<?> state, Lifetime lifetime) {
        ActiveIndex index = single(state.name(), state.type(), lifetime);
        return Templates.instance(
                LOOKUP,
                ValueHandle.class,
                ValueState.class,
                state.name(),
                call,
                FlatCodec.of(state.type()),
                index,
                lifetime,
                state.initial() == null ? 0L : blob(state.type(), state.initial()));
    }

    private Object reducing(State.Reducing<?> state, Lifetime lifetime) {
        ActiveIndex index = single(state.name(), state.type(), lifetime);
        return Templates.instance(
                LOOKUP,
                ReducingHandle.class,
                ReducingState.class,
                state.name(),
                call,
                FlatCodec.of(state.type()),
                index,
                lifetime,
                state.reduce(),
                room(state.type()));
    }

    private Object aggregating(State.Aggregating<?, ?> state, Lifetime lifetime) {
        Object initial = state.aggregate().initial();
        ActiveIndex index = single(state.name(), initial.getClass(), lifetime);
        return Templates.instance(
                LOOKUP,
                AggregatingHandle.class,
                AggregatingState.class,
                state.name(),
                call,
                FlatCodec.of(initial.getClass()),
                index,
                lifetime,
                state.aggregate().add(),
                blobBytes(initial),
                blob(initial.getClass(), initial));
    }

    private Object map(State.MapOf<?, ?> state, Lifetime lifetime) {
        RecordLayout mapKey = RecordLayout.of(state.keyType());
        ActiveIndex entries = keep(
                new MapEntryFormat(
                        id(state.name()),
                        state.name(),
                        keyLayout,
                        mapKey,
                        RecordLayout.of(state.valueType()),
                        lifetime.afterMillis()),
                lifetime);
        String keysName = StoredState.keysOf(state.name());
        ActiveIndex numbers =
                keep(new MapKeysFormat(id(keysName), keysName, keyLayout, mapKey), new Lifetime(null, call));
        return Templates.instance(
                LOOKUP,
                MapHandle.class,
                MapState.class,
                state.name(),
                call,
                FlatCodec.of(state.keyType()),
                FlatCodec.of(state.valueType()),
                entries,
                task.own(new MapKeys(call, numbers, allocator)),
                task.own(new CompositeKey(call, allocator)),
                lifetime,
                room(state.valueType()));
    }

    private Object list(State.ListOf<?> state, Lifetime lifetime) {
        ActiveIndex index = keep(
                new ListFormat(
                        id(state.name()),
                        state.name(),
                        keyLayout,
                        RecordLayout.of(state.type()),
                        lifetime.afterMillis()),
                lifetime);
        return Templates.instance(
                LOOKUP,
                ListHandle.class,
                ListState.class,
                state.name(),
                call,
                FlatCodec.of(state.type()),
                index,
                task.own(new CompositeKey(call, allocator)),
                task.own(new Scratch(allocator)),
                lifetime);
    }

    /** The timers of the operator. */
    Timers timers() {
        needsClock = true;
        String name = StoredState.timersOf(node.name());
        ActiveIndex index = KeyedOperators.index(task, node.name());
        Timers timers = task.own(new Timers(call, index, FlatCodec.of(String.class), allocator));
        StateTarget target = (namespace, key, keyBytes, hash, value, valueBytes, isChanged) -> {
            long ownerHash = KeyHash.hash(CompositeKey.owner(key), CompositeKey.ownerBytes(key), hashSeed);
            timers.restore(key, keyBytes, hash, ownerHash, value, valueBytes);
        };
        states.add(new KeptState(new TimerFormat(id(name), name, keyLayout), index, new Lifetime(null, call), target));
        return timers;
    }

    /** The index of a state with one entry under each key. */
    private ActiveIndex single(String name, Class<?> type, Lifetime lifetime) {
        RecordLayout layout = RecordLayout.of(type);
        ActiveIndex index = keep(
                lifetime.isLimited()
                        ? new StampedFormat(id(name), name, keyLayout, layout, lifetime.afterMillis())
                        : new RecordFormat(id(name), name, keyLayout, layout),
                lifetime);
        touched.add(index);
        return index;
    }

    private ActiveIndex keep(StateFormat format, Lifetime lifetime) {
        ActiveIndex index = KeyedOperators.index(task, node.name());
        StateTarget target = (namespace, key, keyBytes, hash, value, valueBytes, isChanged) ->
                KeyedOperators.restore(index, key, keyBytes, hash, value, valueBytes, isChanged);
        states.add(new KeptState(format, index, lifetime, target));
        return index;
    }

    private int id(String name) {
        return stateIds.getOrDefault(name, NO_ID);
    }

    /** Room for a value of fixed size, as long as the task lives. */
    private long room(Class<?> type) {
        return task.own(new Scratch(allocator))
                .ofAtLeast(Math.max(Long.BYTES, RecordLayout.of(type).fixedBytes()));
    }

    @SuppressWarnings("unchecked") // It is asked for its own class.
    private static int blobBytes(Object value) {
        return ((FlatCodec<Object>) FlatCodec.of(value.getClass())).blobBytes(value);
    }

    /** A value as a blob that lives as long as the task. */
    private long blob(Class<?> type, Object value) {
        @SuppressWarnings("unchecked") // The declaration of the state has checked it.
        FlatCodec<Object> codec = (FlatCodec<Object>) FlatCodec.of(type);
        long blob = task.own(new Scratch(allocator)).ofAtLeast(codec.blobBytes(value));
        codec.writeBlob(value, blob);
        return blob;
    }
}
