package dev.millrace.engine.internal.join;

/**
 * What a join keeps an event under.
 *
 * @param millis the time of the event
 * @param number tells events of the same time apart
 */
public record Arrival(long millis, long number) {}
