package dev.millrace.engine.internal.chain;

/** An operator that goes by the machine's clock. Used by the thread that steps the task. */
@FunctionalInterface
public interface ClockReader {
    /**
     * Tells the time, before a step of the task; the operator does what is due.
     *
     * @param nowMillis since 1970-01-01T00:00Z
     * @return whether it waits for a later time: then the task is stepped again although nothing comes in
     */
    boolean tick(long nowMillis);
}
