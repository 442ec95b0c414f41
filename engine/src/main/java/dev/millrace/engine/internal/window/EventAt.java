package dev.millrace.engine.internal.window;

/**
 * A place among the events of a window.
 *
 * @param window its number
 * @param place from 0
 */
public record EventAt(long window, long place) {}
