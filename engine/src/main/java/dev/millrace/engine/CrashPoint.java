package dev.millrace.engine;

/**
 * A moment in the life of an epoch at which a process can be made to die, to see that nothing is lost by it: see {@link
 * Engine#openToCrash}. The moments are those around the operations on files, because only these leave something behind.
 */
public enum CrashPoint {
    /** Half of a record of the epoch log is written. */
    LOG_HALF_WRITTEN,
    /** An epoch is written into the log and not forced: nobody was told of it. */
    LOG_BEFORE_FORCE,
    /** An epoch is durable; neither outputs nor the store know. */
    LOG_AFTER_FORCE,
    /** The log goes on in a new file. */
    LOG_FILE_BEGUN,
    /** A file of the log that nobody needs any more is about to go. */
    LOG_BEFORE_DELETE,
    /** Half of the committed output of an epoch is written. */
    OUTPUT_HALF_WRITTEN,
    /** The committed output of an epoch is written. */
    OUTPUT_WRITTEN,
    /** Outputs are about to be forced. */
    OUTPUT_BEFORE_FORCE,
    /** A part of a new image of the MapDB store is written. */
    IMAGE_HALF_WRITTEN,
    /** A new image of the MapDB store is whole and not forced. */
    IMAGE_BEFORE_FORCE,
    /** A new image of the MapDB store is whole and not named. */
    IMAGE_BEFORE_NAMED,
    /** A new image of the MapDB store is named; the old one is still there. */
    IMAGE_NAMED;

    /** Whether only a MapDB store comes by here: RocksDB does not use the engine's operations on files. */
    public boolean isOfMapDb() {
        return name().startsWith("IMAGE");
    }
}
