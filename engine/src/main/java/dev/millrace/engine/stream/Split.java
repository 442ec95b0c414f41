package dev.millrace.engine.stream;

/**
 * A stream in two: each event is in exactly one of them.
 *
 * @param matching the events for which the predicate holds
 * @param rest the others
 */
public record Split<T>(Stream<T> matching, Stream<T> rest) {}
