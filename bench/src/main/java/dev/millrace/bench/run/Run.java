package dev.millrace.bench.run;

import dev.millrace.bench.workload.Outcome;

/**
 * One run of one contender.
 *
 * @param contender its name
 * @param outcome what came of it
 * @param usage what it used
 */
public record Run(String contender, Outcome outcome, Usage usage) {
    /** How fast it was. */
    public double eventsPerSecond(long events) {
        return events * 1e9 / usage.wallNanos();
    }
}
