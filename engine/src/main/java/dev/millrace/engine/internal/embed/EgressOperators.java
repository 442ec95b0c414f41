package dev.millrace.engine.internal.embed;

import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.Templates;
import dev.millrace.serde.FlatCodec;
import java.lang.invoke.MethodHandles;

/** Makes the ends of streams that a program takes results from. Used by the thread that starts the job. */
public final class EgressOperators {
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private EgressOperators() {}

    /** Makes an instance with a lane of its own. */
    public static Receiver make(LaneEgress<?> egress, EgressRun run, String counter) {
        return Templates.instance(
                LOOKUP, EgressOp.class, Receiver.class, FlatCodec.of(egress.type()), egress, run.newLane(), counter);
    }

    /** What the lanes of so many tasks take beside what waits. */
    public static long memoryBytes(LaneEgress<?> egress, int tasks) {
        return egress.capacityBytes() + 2L * tasks * EgressLane.CHUNK_BYTES;
    }
}
