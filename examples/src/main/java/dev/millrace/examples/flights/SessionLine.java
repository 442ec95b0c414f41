package dev.millrace.examples.flights;

import java.time.Instant;

/**
 * A line of {@code sessions.csv}: a stretch in which an airport was never idle for long.
 *
 * @param sessionStart the first flight
 * @param sessionEnd the last flight plus the gap
 */
record SessionLine(String origin, Instant sessionStart, Instant sessionEnd, long flights) {}
