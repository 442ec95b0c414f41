package dev.millrace.bench.workload;

import java.util.List;

/** One job and everyone who does it. */
public interface Workload {
    /** What it is called on the command line. */
    String name();

    /** What it asks, in a sentence. */
    String question();

    /** How many events a full run takes. */
    long defaultEvents();

    /** How many different keys a full run has, 1 if it has none. */
    default long defaultKeys() {
        return 1;
    }

    /** The rate of an open loop; 0 for workloads that run as fast as can be. */
    default long defaultRate() {
        return 0;
    }

    /** Whether the events are those of a file: no more and no fewer. */
    default boolean hasFixedInput() {
        return false;
    }

    /** Who does it: the engine first. */
    List<Contender> contenders();

    /** The sum over all outputs, by the shortest loop that can be written. */
    Outcome reference(Parameters parameters);
}
