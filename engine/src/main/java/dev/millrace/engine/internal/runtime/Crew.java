package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.Idle;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a scheduler is made with.
 *
 * @param name what its threads are called after
 * @param order how many workers there are, and whom each steals from
 * @param cpus to run them on, one each; empty for any
 * @param idle what they do when they have nothing to do
 * @param spinners how many may spin; the others back off, if they were to
 * @param whenIdle called with a worker's number, on its thread, each time it finds nothing to do
 */
public record Crew(String name, StealOrder order, List<Integer> cpus, Idle idle, int spinners, IntConsumer whenIdle) {
    public Crew {
        cpus = List.copyOf(cpus);
    }

    /** Workers of one node on any processor, that spin, yield and sleep. */
    public static Crew of(String name, int workers, IntConsumer whenIdle) {
        return new Crew(name, StealOrder.flat(workers), List.of(), Idle.BACKOFF, 0, whenIdle);
    }

    /**
     * How many workers may spin: never as many as there are processors, so that whoever feeds them, and the operating system,
     * have one; on a single processor none.
     *
     * @param processors that the process may use
     */
    public static int spinners(int workers, int processors) {
        return Math.max(0, Math.min(workers, processors - 1));
    }

    /** What one of the workers does when it has nothing to do. */
    Idle idleOf(int worker) {
        return idle == Idle.SPIN && worker >= spinners ? Idle.BACKOFF : idle;
    }
}
