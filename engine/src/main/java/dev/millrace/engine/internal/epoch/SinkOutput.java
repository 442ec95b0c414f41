package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.operator.CommittedOutput;
import dev.millrace.engine.operator.Sink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Brings committed bytes to an output that is no file, an epoch at a time. Used by the epoch thread.
 *
 * <p>It holds what it was given of one epoch on the heap until it has all of it.
 */
final class SinkOutput implements SinkTarget {
    private final String name;
    private final long owner;
    private final CommittedOutput output;
    private final List<ByteBuffer> parts = new ArrayList<>();
    private long partsEpoch;
    private long lengthBytes;
    private long durableBytes;

    private SinkOutput(String name, long owner, CommittedOutput output, long durableBytes) {
        this.name = name;
        this.owner = owner;
        this.output = output;
        this.durableBytes = durableBytes;
        lengthBytes = durableBytes;
    }

    /** Opens the output of a job that starts from the beginning. */
    static SinkOutput begin(String name, Sink<?> sink, long owner) {
        SinkOutput opened = open(name, sink, owner, 0);
        opened.orClose(opened.output::begin);
        return opened;
    }

    /** Opens the output of a job that goes on. */
    static SinkOutput resume(String name, Sink<?> sink, long owner, long durableBytes) {
        SinkOutput opened = open(name, sink, owner, durableBytes);
        opened.orClose(opened.output::resume);
        return opened;
    }

    private static SinkOutput open(String name, Sink<?> sink, long owner, long durableBytes) {
        CommittedOutput output = sink.output(name, owner)
                .orElseThrow(() -> new IllegalStateException("sink has no output: sink=" + name));
        return new SinkOutput(name, owner, output, durableBytes);
    }

    private void orClose(Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long lengthBytes() {
        return lengthBytes;
    }

    @Override
    public long durableBytes() {
        return durableBytes;
    }

    @Override
    public void append(long epoch, ByteBuffer bytes) {
        if (epoch != partsEpoch) {
            applied();
            partsEpoch = epoch;
        }
        lengthBytes += bytes.remaining();
        parts.add(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
    }

    @Override
    public void applied() {
        if (!parts.isEmpty()) {
            output.apply(partsEpoch, parts);
            parts.clear();
        }
    }

    @Override
    public void force() {
        durableBytes = lengthBytes; // what was applied is
    }

    @Override
    public void note(Map<String, Long> counters) {
        counters.put(SinkCounters.ownerOf(name), owner);
    }

    @Override
    public void close() {
        output.close();
    }
}
