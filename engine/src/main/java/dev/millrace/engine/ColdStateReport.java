package dev.millrace.engine;

import java.time.Duration;

/**
 * What became of state that did not fit its part of memory. Counts are over all lives of the job.
 *
 * @param evicted entries that left memory, each time counted
 * @param keysRead keys that the store was asked for
 * @param keysFound those of them that it had
 * @param pagesParked pages of events that waited for such reads
 * @param snapshotWaits how often a task waited because epochs that were not written yet kept more old state than
 *     {@code memory.pool.snapshot.max} allows
 * @param snapshotWaited how long, all tasks added up
 */
public record ColdStateReport(
        long evicted, long keysRead, long keysFound, long pagesParked, long snapshotWaits, Duration snapshotWaited) {}
