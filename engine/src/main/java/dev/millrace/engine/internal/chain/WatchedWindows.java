package dev.millrace.engine.internal.chain;

import java.util.function.LongBinaryOperator;

/**
 * The windows of an operator instance, for reports.
 *
 * @param operator its name
 * @param open what is open
 * @param end the end of the earliest open window, in epoch milliseconds: of the moment that it is known by, and the watermark
 */
public record WatchedWindows(String operator, OpenWindows open, LongBinaryOperator end) {}
