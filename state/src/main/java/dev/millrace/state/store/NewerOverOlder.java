package dev.millrace.state.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map.Entry;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Two ascending sequences of entries as one; of equal keys the newer entry is shown. Used by one thread, once. */
final class NewerOverOlder implements Iterator<Entry<byte[], byte[]>> {
    private final Iterator<? extends Entry<byte[], byte[]>> olders;
    private final Iterator<? extends Entry<byte[], byte[]>> newers;
    private @Nullable Entry<byte[], byte[]> older;
    private @Nullable Entry<byte[], byte[]> newer;

    NewerOverOlder(Iterator<? extends Entry<byte[], byte[]>> olders, Iterator<? extends Entry<byte[], byte[]>> newers) {
        this.olders = olders;
        this.newers = newers;
        older = nextOf(olders);
        newer = nextOf(newers);
    }

    private static @Nullable Entry<byte[], byte[]> nextOf(Iterator<? extends Entry<byte[], byte[]>> entries) {
        return entries.hasNext() ? entries.next() : null;
    }

    @Override
    public boolean hasNext() {
        return older != null || newer != null;
    }

    @Override
    public Entry<byte[], byte[]> next() {
        Entry<byte[], byte[]> fromOlder = older;
        Entry<byte[], byte[]> fromNewer = newer;
        if (fromOlder == null && fromNewer == null) {
            throw new NoSuchElementException("behind the last entry");
        }
        int order = fromOlder == null
                ? 1
                : fromNewer == null ? -1 : Arrays.compareUnsigned(fromOlder.getKey(), fromNewer.getKey());
        if (order <= 0) {
            older = nextOf(olders);
        }
        if (order >= 0) {
            newer = nextOf(newers);
            return fromNewer;
        }
        return fromOlder;
    }
}
