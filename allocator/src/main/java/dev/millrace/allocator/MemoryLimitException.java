package dev.millrace.allocator;

/** A block was asked for that does not fit the memory budget. */
public final class MemoryLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final MemoryPool pool;
    private final long requestedBytes;
    private final long usedBytes;
    private final long limitBytes;

    public MemoryLimitException(MemoryPool pool, long requestedBytes, long usedBytes, long limitBytes) {
        super("memory budget passed: pool=" + pool + ", requestedBytes=" + requestedBytes + ", usedBytes=" + usedBytes
                + ", limitBytes=" + limitBytes + "; give the engine more memory, or keep less state");
        this.pool = pool;
        this.requestedBytes = requestedBytes;
        this.usedBytes = usedBytes;
        this.limitBytes = limitBytes;
    }

    /** What the block was for. */
    public MemoryPool pool() {
        return pool;
    }

    /** The size of the block that was refused. */
    public long requestedBytes() {
        return requestedBytes;
    }

    /** What counted against the budget when it was refused. */
    public long usedBytes() {
        return usedBytes;
    }

    /** The budget. */
    public long limitBytes() {
        return limitBytes;
    }
}
