package dev.millrace.engine;

import java.nio.file.Path;

/**
 * A savepoint that was taken.
 *
 * @param directory where it is
 * @param job whose state it is
 * @param epoch what it is of
 * @param entryCount how many entries all states have together
 * @param sizeBytes what its files take
 */
public record SavepointReport(Path directory, String job, long epoch, long entryCount, long sizeBytes) {}
