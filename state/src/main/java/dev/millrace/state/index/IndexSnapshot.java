package dev.millrace.state.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link ActiveIndex} held at a seal, and what had changed since the seal before.
 *
 * <p>Any thread may read it, many at once, while the index's writer goes on: nothing that a snapshot sees is written
 * while the snapshot is live. What was written before the seal reaches a reader through whatever hands the snapshot
 * over, which must order memory (a queue of {@code java.util.concurrent} or JCTools does).
 *
 * <p>It starts with one reference, the caller's. Whoever hands it to one more reader calls {@link #retain} first; every
 * reader calls {@link #release} once, on any thread, when it reads no more. With the last reference gone, the memory
 * goes back to the index, and reading is refused.
 */
public final class IndexSnapshot {
    private static final VarHandle REFERENCES;

    static {
        try {
            REFERENCES = MethodHandles.lookup().findVarHandle(IndexSnapshot.class, "references", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final SnapshotWalk walk;
    private final long[] directory;
    private final long version;
    private final long length;
    private final long dirtyCount;

    /** What the index keeps in another format, whose one reference is ours. */
    private final @Nullable IndexSnapshot rest;

    /** Touched through {@link #REFERENCES} only. */
    @SuppressWarnings("unused")
    private int references = 1;

    IndexSnapshot(SnapshotWalk walk, long[] directory, long version, long length, long dirtyCount) {
        this(walk, directory, version, length, dirtyCount, null);
    }

    IndexSnapshot(
            SnapshotWalk walk,
            long[] directory,
            long version,
            long length,
            long dirtyCount,
            @Nullable IndexSnapshot rest) {
        this.walk = walk;
        this.directory = directory;
        this.version = version;
        this.length = length;
        this.dirtyCount = dirtyCount;
        this.rest = rest;
    }

    /** The number of this seal among those of its index, from 1. */
    public long version() {
        return version;
    }

    /** How many entries there were. */
    public long length() {
        return rest == null ? length : length + rest.length;
    }

    /** How many entries {@link #forEachDirty} shows. */
    public long dirtyCount() {
        return rest == null ? dirtyCount : dirtyCount + rest.dirtyCount;
    }

    /**
     * Shows every entry there was.
     *
     * @throws IllegalStateException if the snapshot was released
     */
    public void forEach(EntryVisitor visitor) {
        requireLive();
        walk.entries(directory, visitor);
        if (rest != null) {
            rest.forEach(visitor);
        }
    }

    /**
     * Shows every entry that was put, updated or removed since the seal before this one, each once, as this seal found
     * it. An entry that came and went in between is not shown, and neither is a restored one that was left alone.
     *
     * @throws IllegalStateException if the snapshot was released
     */
    public void forEachDirty(DirtyVisitor visitor) {
        requireLive();
        if (dirtyCount > 0) {
            walk.dirtyEntries(directory, version, visitor);
        }
        if (rest != null) {
            rest.forEachDirty(visitor);
        }
    }

    /**
     * Adds a reference for one more reader.
     *
     * @throws IllegalStateException if the snapshot was released
     */
    public void retain() {
        int seen;
        do {
            seen = requireLive();
        } while (!REFERENCES.compareAndSet(this, seen, seen + 1));
    }

    /**
     * Gives one reference back.
     *
     * @throws IllegalStateException if there is none left to give back
     */
    public void release() {
        int seen;
        do {
            seen = requireLive();
            // Orders this reader's reads before the writer's acquire in isLive.
        } while (!REFERENCES.compareAndSet(this, seen, seen - 1));
        if (seen == 1 && rest != null) {
            rest.release();
        }
    }

    /** Says whether anybody may still read. Once false, the writer may write what only this snapshot saw. */
    boolean isLive() {
        return (int) REFERENCES.getAcquire(this) > 0;
    }

    private int requireLive() {
        final int seen = (int) REFERENCES.getAcquire(this);
        if (seen <= 0) {
            throw new IllegalStateException("index snapshot was released by all of its readers: version=" + version
                    + "; retain it before handing it to one more reader");
        }
        return seen;
    }
}
