package dev.millrace.bench.flow;

/** What both sides of every hand-over do while they wait: look again some times, then let another thread have the processor. */
final class Backoff {
    private static final int SPINS = 64;

    private int looks;

    @SuppressWarnings("ThreadPriorityCheck") // With fewer processors than threads the other side would not run.
    void pause() {
        if (++looks < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    void reset() {
        looks = 0;
    }
}
