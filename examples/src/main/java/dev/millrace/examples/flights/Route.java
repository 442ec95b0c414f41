package dev.millrace.examples.flights;

/**
 * A key of two components: where from, where to.
 *
 * @param origin airport of departure
 * @param destination airport of arrival
 */
record Route(String origin, String destination) {}
