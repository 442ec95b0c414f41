package dev.millrace.engine.testkit;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.RecordFormat;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.epoch.RunningJob;
import dev.millrace.serde.FlatCodec;
import dev.millrace.serde.RecordLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Reads what a job has committed. Used by one thread, between two turns. */
final class StateView {
    private final RunningJob job;
    private final BlockAllocator memory;

    StateView(RunningJob job, BlockAllocator memory) {
        this.job = job;
        this.memory = memory;
    }

    Map<Object, Object> entries(String name) {
        StateFormat format = format(name);
        if (format.getClass() != RecordFormat.class) {
            throw new IllegalArgumentException(
                    "state is no value by key: state=" + name + "; stateSize tells how many entries it has");
        }
        Map<Object, Object> entries = new LinkedHashMap<>();
        job.scanCommitted((stateId, keyGroup, namespace, key, value) -> {
            if (stateId == format.stateId()) {
                entries.put(
                        object(format.keyLayout(), format.decodeKey(key)),
                        object(format.valueLayout(), format.decodeValue(value)));
            }
        });
        return entries;
    }

    long size(String name) {
        int wanted = format(name).stateId();
        AtomicLong count = new AtomicLong();
        job.scanCommitted((stateId, keyGroup, namespace, key, value) -> {
            if (stateId == wanted) {
                count.incrementAndGet();
            }
        });
        return count.get();
    }

    private StateFormat format(String name) {
        return job.formats().stream()
                .filter(format -> format.stateName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such state: state=" + name + ", states="
                        + job.formats().stream().map(StateFormat::stateName).toList()));
    }

    private Object object(RecordLayout layout, byte[] blob) {
        long address = memory.allocate(MemoryPool.EVENTS, Math.max(1, blob.length));
        try {
            Memory.copyFrom(blob, 0, address, blob.length);
            return FlatCodec.of(layout.type()).readBlob(address);
        } finally {
            memory.free(address);
        }
    }
}
