package dev.millrace.engine.internal.runtime;

/** Tells the time. Read once per batch or less, never per event. */
public interface Clock {
    /** Nanoseconds since some moment, never going back; only differences mean something. */
    long nanoTime();

    /** The machine's clock. */
    static Clock system() {
        return System::nanoTime;
    }
}
