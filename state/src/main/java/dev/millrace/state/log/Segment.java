package dev.millrace.state.log;

import java.nio.file.Path;

/** One file of the log, as its single thread knows it. */
final class Segment {
    final long firstEpoch;
    final Path file;

    /** Where the next record goes; everything before is good. */
    long endBytes = LogFormat.HEADER_BYTES;

    /** The highest epoch that any record in it speaks of, committed or not; 0 without records. */
    long maxEpoch;

    Segment(Path directory, long firstEpoch) {
        this.firstEpoch = firstEpoch;
        this.file = directory.resolve(LogFormat.fileName(firstEpoch));
    }

    /** Where a record is. */
    record Place(Segment segment, long offsetBytes) {}
}
