package dev.millrace.engine.internal.runtime;

import java.util.Map;

/**
 * What a committed epoch says about where a job goes on.
 *
 * @param epoch the last committed one, 0 if there is none
 * @param positions of the sources, by name
 * @param times where event time stood
 * @param counters of the job
 * @param stateIds the numbers of states in stored keys, by name
 */
public record Recovery(
        long epoch,
        Map<String, byte[]> positions,
        Map<String, Long> times,
        Map<String, Long> counters,
        Map<String, Integer> stateIds) {
    /** The beginning. */
    public static final Recovery NONE = new Recovery(0, Map.of(), Map.of(), Map.of(), Map.of());
}
