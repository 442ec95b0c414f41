package dev.millrace.engine.internal.runtime;

/** What a step of a task came to. */
public enum Progress {
    /** It did something; more may follow. */
    MADE,
    /** It did nothing and must be asked again: it waits for time to pass, or for the epoch service. */
    WAITING,
    /** It did nothing and will be woken. */
    IDLE,
    /** It has ended. */
    DONE,
    /** There was no step: its job had taken it out of the run. */
    RETIRED
}
