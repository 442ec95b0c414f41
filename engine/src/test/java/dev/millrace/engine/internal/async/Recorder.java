package dev.millrace.engine.internal.async;

import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.EventPath;
import dev.millrace.engine.internal.chain.Receiver;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;

/** Writes down what comes, in order. */
final class Recorder extends Receiver {
    final List<String> seen = new ArrayList<>();

    @Override
    public MethodHandle path() {
        return EventPath.into(MethodHandles.lookup(), this, "accept");
    }

    void accept(Object event, long timestamp) {
        seen.add(event + "@" + timestamp);
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
