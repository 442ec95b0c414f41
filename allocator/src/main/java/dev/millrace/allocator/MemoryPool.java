package dev.millrace.allocator;

/** What a block is for. Every block has one of these tags, and live bytes are counted by it. */
public enum MemoryPool {
    /** Pages of events between operators. */
    EVENTS,
    /** Pages on their way to another process. */
    NETWORK,
    /** Segments of active state. */
    INDEX,
    /** Segments that only a snapshot still sees. */
    SNAPSHOT,
    /** Bytes on their way to a file. */
    SPILL
}
