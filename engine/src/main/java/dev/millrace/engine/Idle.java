package dev.millrace.engine;

/** What a worker does when none of its tasks has anything to do. */
public enum Idle {
    /**
     * It looks again at once: the least latency, for a core of its own. At least one processor is left to others: where there
     * are as many workers as processors, the last ones back off instead, and the start report says so.
     */
    SPIN,
    /** It spins and yields a while, then sleeps for longer and longer, up to 200 µs; it is woken for what others hand it. */
    BACKOFF,
    /** It sleeps at once, for up to 1 ms when there is nothing for long, and is woken for what others hand it. */
    PARK
}
