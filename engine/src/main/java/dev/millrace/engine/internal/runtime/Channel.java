package dev.millrace.engine.internal.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A bounded queue of pages and control from one task to one other, in order. One thread at a time offers, one takes; they
 * may change, as long as the scheduler hands the task over. Pages in it belong to it.
 *
 * <p>After Lamport's single-producer ring, with each side caching the other's index (Giacomoni et al., "FastForward",
 * 2008). An entry is two longs: what it is, and a page's address, a watermark or an epoch.
 */
public final class Channel {
    /** What an entry is. */
    public enum Kind {
        PAGE,
        WATERMARK,
        BARRIER,
        LAST_BARRIER,
        /** The producer has nothing to say for now: it does not hold back time. Anything else but this takes it back. */
        IDLE,
        /** The producer may speak again. */
        ACTIVE
    }

    private static final Kind[] KINDS = Kind.values();
    private static final int LONGS_PER_ENTRY = 2;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(Channel.class, "head", long.class);
            TAIL = lookup.findVarHandle(Channel.class, "tail", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] entries;
    private final int capacity;

    /** Entries taken so far; written by the consumer. */
    private long head;
    /** Entries offered so far; written by the producer. */
    private long tail;
    /** The producer's last look at {@link #head}. */
    private long seenHead;
    /** The consumer's last look at {@link #tail}. */
    private long seenTail;

    /** @param capacity in entries; at least 2 */
    public Channel(int capacity) {
        if (capacity < 2) {
            throw new IllegalArgumentException("channel is too small: capacity=" + capacity + ", minimum=2");
        }
        this.capacity = capacity;
        entries = new long[capacity * LONGS_PER_ENTRY];
    }

    /** Adds an entry, or says that the channel is full. For the producer. */
    public boolean offer(Kind kind, long value) {
        long position = tail;
        if (position - seenHead == capacity) {
            // Pairs with the release in take: the entry that was there has been read.
            seenHead = (long) HEAD.getAcquire(this);
            if (position - seenHead == capacity) {
                return false;
            }
        }
        int at = (int) (position % capacity) * LONGS_PER_ENTRY;
        entries[at] = kind.ordinal();
        entries[at + 1] = value;
        // Pairs with the acquire in isEmpty: the entry, and the page behind it, are written before they are seen.
        TAIL.setRelease(this, position + 1);
        return true;
    }

    /** Says whether there is no entry. For the consumer. */
    public boolean isEmpty() {
        if (head == seenTail) {
            // Pairs with the release in offer.
            seenTail = (long) TAIL.getAcquire(this);
        }
        return head == seenTail;
    }

    /** What the first entry is; only if there is one. For the consumer. */
    public Kind kind() {
        assert !isEmpty() : "channel is empty";
        return KINDS[(int) entries[(int) (head % capacity) * LONGS_PER_ENTRY]];
    }

    /** Takes the first entry; only if there is one. For the consumer. */
    public long take() {
        assert !isEmpty() : "channel is empty";
        long position = head;
        long value = entries[(int) (position % capacity) * LONGS_PER_ENTRY + 1];
        // Pairs with the acquire in offer.
        HEAD.setRelease(this, position + 1);
        return value;
    }
}
