package dev.millrace.examples.flights;

/**
 * A line of {@code routes.csv}: all flights from one airport to another.
 *
 * @param sumDelay minutes
 * @param sumDistance miles
 */
record RouteLine(String origin, String destination, long flights, long sumDelay, long sumDistance) {}
