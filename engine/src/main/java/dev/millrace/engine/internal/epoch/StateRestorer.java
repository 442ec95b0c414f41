package dev.millrace.engine.internal.epoch;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.fit.Fit;
import dev.millrace.engine.internal.miss.ColdState;
import dev.millrace.engine.internal.runtime.JobGraph;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.serde.EvolvedReader;
import dev.millrace.state.DurableState;
import dev.millrace.state.StateDeltaWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives the operators of a job back what the last committed epoch knew. Used before the tasks run. */
final class StateRestorer implements AutoCloseable {
    private final JobGraph graph;
    private final KeyPartitioner partitioner;
    private final long hashSeed;
    /** The numbers of states whose values are of an older version. */
    private final Set<Integer> changed = new HashSet<>();

    /** The numbers of states that are given up, and what is to be deleted of them. */
    private final Set<Integer> dropped;

    private final Map<Integer, StateDeltaWriter> deletions = new HashMap<>();
    private final Scratch keys;
    private final Scratch values;

    StateRestorer(JobGraph graph, int parallelism, long hashSeed, BlockAllocator allocator, Fit fit) {
        this.graph = graph;
        this.partitioner = new KeyPartitioner(parallelism);
        this.hashSeed = hashSeed;
        dropped = Set.copyOf(fit.droppedStates().values());
        keys = new Scratch(allocator);
        values = new Scratch(allocator);
        for (StateFormat format : graph.formats()) {
            EvolvedReader reader = fit.schemas().readerOf(format.stateName());
            if (reader != null) {
                changed.add(format.stateId());
                for (int i = 0; i < parallelism; i++) {
                    graph.state(format.stateId(), i).format().decodeValuesWith(reader);
                }
            }
        }
    }

    /** What no operator wants any more is deleted with the epoch that comes next. */
    void restore(DurableState state) {
        state.scanRecovered((stateId, keyGroup, namespace, key, value) -> {
            if (dropped.contains(stateId)) {
                StateDeltaWriter ofState = deletions.computeIfAbsent(stateId, id -> new StateDeltaWriter());
                ofState.delete(keyGroup, stateId, namespace, ByteBuffer.wrap(key));
                if (ofState.sizeBytes() >= DurableState.PART_BYTES) {
                    delete(state, stateId, ofState);
                }
            } else {
                restoreEntry(stateId, keyGroup, namespace, key, value);
            }
        });
        deletions.forEach((stateId, ofState) -> delete(state, stateId, ofState));
    }

    private static void delete(DurableState state, int stateId, StateDeltaWriter deletions) {
        deletions.drain(DurableState.PART_BYTES, part -> state.appendChanges(state.lastCommitted() + 1, stateId, part));
    }

    private void restoreEntry(int stateId, int keyGroup, long namespace, byte[] keyBytes, byte[] valueBytes) {
        if (!graph.hasState(stateId)) {
            throw new IllegalStateException("state of no operator: stateId=" + stateId);
        }
        List<KeyedOperators.Instance> keepers = graph.keepers(stateId, partitioner.partitionOf(keyGroup));
        for (int i = 0; i < keepers.size(); i++) {
            restoreEntry(keepers.get(i), stateId, namespace, keyBytes, valueBytes);
        }
    }

    private void restoreEntry(
            KeyedOperators.Instance instance, int stateId, long namespace, byte[] keyBytes, byte[] valueBytes) {
        byte[] key = instance.format().decodeKey(keyBytes);
        byte[] value = instance.format().decodeValue(valueBytes);
        long keyAddress = keys.ofAtLeast(key.length);
        Memory.copyFrom(key, 0, keyAddress, key.length);
        long valueAddress = values.ofAtLeast(value.length);
        Memory.copyFrom(value, 0, valueAddress, value.length);
        long hash = instance.format().hash(keyAddress, key.length, hashSeed);
        boolean isChanged = changed.contains(stateId);
        ColdState cold = instance.cold();
        if (cold != null && !isChanged && cold.index().isFull()) {
            cold.index().noteElsewhere(hash);
            return;
        }
        instance.target().restore(namespace, keyAddress, key.length, hash, valueAddress, value.length, isChanged);
    }

    @Override
    public void close() {
        keys.close();
        values.close();
    }
}
