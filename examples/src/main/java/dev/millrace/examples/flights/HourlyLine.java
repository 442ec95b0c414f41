package dev.millrace.examples.flights;

import java.time.Instant;

/**
 * A line of {@code hourly.csv}: the flights of an airport in an hour.
 *
 * @param windowStart the full hour
 * @param sumDelay minutes
 * @param maxDelay minutes
 */
record HourlyLine(String origin, Instant windowStart, long flights, long delayed, long sumDelay, int maxDelay) {}
