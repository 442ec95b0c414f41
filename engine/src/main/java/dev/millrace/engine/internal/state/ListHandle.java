package dev.millrace.engine.internal.state;

import dev.millrace.allocator.Memory;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.stream.ListState;
import dev.millrace.serde.FlatCodec;
import dev.millrace.state.index.ActiveIndex;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * A list per key: a head and chunks in the index, under composite keys; see {@link ListLayout}. A template, see
 * {@link ValueHandle}.
 *
 * <p>With an expiry, elements that are over go when something is added or removed, from the front; behind one that is not over
 * they are not shown. A chunk of which all are over is deleted by the epoch on disk: it may be missing.
 */
final class ListHandle implements ListState<Object>, ListWalk {
    private final String name;
    private final KeyContext call;
    private final FlatCodec<Object> codec;
    private final ActiveIndex index;
    private final CompositeKey key;
    private final Scratch scratch;
    private final Lifetime lifetime;
    private final int elementHeadBytes;
    /** The size of each element; 0 if they differ. */
    private final int elementBytes;

    /** Counts what was added and removed. */
    private long changes;

    // The head of the current key's list, while it is worked on.
    private long first;
    private long behind;
    private long size;
    private long trimmed;

    ListHandle(
            String name,
            KeyContext call,
            FlatCodec<Object> codec,
            ActiveIndex index,
            CompositeKey key,
            Scratch scratch,
            Lifetime lifetime) {
        this.name = "state=" + name;
        this.call = call;
        this.codec = codec;
        this.index = index;
        this.key = key;
        this.scratch = scratch;
        this.lifetime = lifetime;
        elementHeadBytes = ListFormat.elementHeadBytes(lifetime.afterMillis());
        elementBytes = codec.isFixedSize() ? elementHeadBytes + codec.fixedBytes() : 0;
    }

    private void readHead() {
        key.head();
        long head = index.find(key.address(), key.lengthBytes(), key.hash());
        first = head == 0 ? 0 : ListLayout.first(head);
        behind = head == 0 ? 0 : ListLayout.behind(head);
        size = head == 0 ? 0 : ListLayout.size(head);
        trimmed = head == 0 ? 0 : ListLayout.trimmed(head);
    }

    private void writeHead() {
        key.head();
        if (first == behind) {
            index.remove(key.address(), key.lengthBytes(), key.hash());
        } else {
            long head = index.put(key.address(), key.lengthBytes(), key.hash(), ListLayout.HEAD_BYTES);
            ListLayout.head(head, first, behind, size, trimmed);
        }
    }

    private long find(long number) {
        key.numbered(number);
        return index.find(key.address(), key.lengthBytes(), key.hash());
    }

    private boolean isOver(long element) {
        return lifetime.isOver(element + ListLayout.STAMP_OFFSET);
    }

    private long behind(long element) {
        return element + elementHeadBytes + ListLayout.blobBytes(element);
    }

    @Override
    public void add(Object element) {
        call.check(name);
        readHead();
        if (lifetime.isLimited()) {
            trim(0);
        }
        int blobBytes = codec.blobBytes(element);
        int neededBytes = elementHeadBytes + blobBytes;
        long chunk = first == behind ? 0 : lastChunkWithRoom(neededBytes);
        if (chunk == 0) {
            int leastBytes = first == behind ? ListLayout.FIRST_CHUNK_BYTES : ListLayout.CHUNK_BYTES;
            key.numbered(behind++);
            chunk = index.put(
                    key.address(),
                    key.lengthBytes(),
                    key.hash(),
                    Math.max(leastBytes, ListLayout.CHUNK_HEADER_BYTES + neededBytes));
            ListLayout.chunk(chunk, ListLayout.CHUNK_HEADER_BYTES, 0);
        }
        int usedBytes = ListLayout.usedBytes(chunk);
        long target = chunk + usedBytes;
        ListLayout.element(target, blobBytes);
        if (lifetime.isLimited()) {
            ListLayout.stamp(target, lifetime.stamp());
        }
        codec.writeBlob(element, target + elementHeadBytes);
        ListLayout.chunk(chunk, usedBytes + neededBytes, ListLayout.count(chunk) + 1);
        size++;
        changes++;
        writeHead();
    }

    /** The last chunk, for writing, larger than it was if need be; 0 if the element needs a new one. */
    private long lastChunkWithRoom(int neededBytes) {
        key.numbered(behind - 1);
        long chunk = index.update(key.address(), key.lengthBytes(), key.hash());
        if (chunk == 0) {
            return 0;
        }
        int usedBytes = ListLayout.usedBytes(chunk);
        int roomBytes = index.valueBytes(chunk);
        if (usedBytes + neededBytes <= roomBytes) {
            return chunk;
        }
        if (usedBytes + neededBytes > ListLayout.CHUNK_BYTES) {
            return 0;
        }
        long old = scratch.ofAtLeast(usedBytes);
        Memory.copy(chunk, old, usedBytes);
        int moreBytes = Math.min(ListLayout.CHUNK_BYTES, Math.max(2 * roomBytes, usedBytes + neededBytes));
        long larger = index.put(key.address(), key.lengthBytes(), key.hash(), moreBytes);
        Memory.copy(old, larger, usedBytes);
        return larger;
    }

    @Override
    public long size() {
        call.check(name);
        readHead();
        if (!lifetime.isLimited()) {
            return size;
        }
        long count = 0;
        for (ListCursor cursor = new ListCursor(first, trimmed); advance(cursor); cursor.step()) {
            count++;
        }
        return count;
    }

    @Override
    public void removeFirst(long count) {
        call.check(name);
        if (count < 0) {
            throw new IllegalArgumentException("count must not be negative: " + name + ", count=" + count);
        }
        readHead();
        if (first != behind) {
            trim(count);
            changes++;
            writeHead();
        }
    }

    /** Removes so many elements in front, and whatever is over before the first that stays. */
    private void trim(long count) {
        long left = count;
        while (first < behind) {
            long chunk = find(first);
            int have = chunk == 0 ? 0 : ListLayout.count(chunk);
            if (lifetime.isLimited()) {
                left = trimOver(chunk, have, left);
            } else {
                long gone = Math.min(left, have - trimmed);
                left -= gone;
                trimmed += gone;
                size -= gone;
            }
            if (trimmed < have) {
                return;
            }
            index.remove(key.address(), key.lengthBytes(), key.hash());
            first++;
            trimmed = 0;
        }
    }

    private long trimOver(long chunk, int have, long count) {
        long left = count;
        long element = element(chunk, trimmed, have);
        while (trimmed < have && (left > 0 || lifetime.isGone(element + ListLayout.STAMP_OFFSET))) {
            left -= isOver(element) ? 0 : 1;
            element = behind(element);
            trimmed++;
            size--;
        }
        return left;
    }

    /** The element of a chunk behind so many. */
    private long element(long chunk, long before, int have) {
        long element = chunk + ListLayout.CHUNK_HEADER_BYTES;
        if (elementBytes != 0) {
            return element + Math.min(before, have) * elementBytes;
        }
        for (long i = 0; i < before && i < have; i++) {
            element = behind(element);
        }
        return element;
    }

    @Override
    public void clear() {
        call.check(name);
        readHead();
        for (; first < behind; first++) {
            key.numbered(first);
            index.remove(key.address(), key.lengthBytes(), key.hash());
        }
        changes++;
        writeHead();
    }

    @Override
    public void forEach(Consumer<? super Object> action) {
        call.check(name);
        readHead();
        long start = first;
        long end = behind;
        long skipped = trimmed;
        for (long number = start; number < end; number++) {
            long chunk = find(number);
            int have = chunk == 0 ? 0 : ListLayout.count(chunk);
            long element = chunk + ListLayout.CHUNK_HEADER_BYTES;
            for (int i = 0; i < have; i++) {
                if ((i >= skipped || number > start) && !isOver(element)) {
                    long seen = changes;
                    action.accept(codec.readBlob(element + elementHeadBytes));
                    checkUnchangedSince(seen);
                }
                element = behind(element);
            }
        }
    }

    @Override
    public Iterator<Object> iterator() {
        call.check(name);
        readHead();
        return new ListIterator(this, call, name, new ListCursor(first, trimmed));
    }

    @Override
    public long changes() {
        return changes;
    }

    @Override
    public void checkUnchangedSince(long seen) {
        if (changes != seen) {
            throw new ConcurrentModificationException(
                    "elements came or went while a list was walked: " + name + "; add and remove afterwards");
        }
    }

    @Override
    public boolean advance(ListCursor cursor) {
        readHead();
        while (cursor.chunk < behind) {
            long chunk = find(cursor.chunk);
            int have = chunk == 0 ? 0 : ListLayout.count(chunk);
            for (long element = element(chunk, cursor.place, have); cursor.place < have; cursor.place++) {
                if (!isOver(element)) {
                    return true;
                }
                element = behind(element);
            }
            cursor.chunk++;
            cursor.place = 0;
        }
        return false;
    }

    @Override
    public Object at(ListCursor cursor) {
        long chunk = find(cursor.chunk);
        return codec.readBlob(element(chunk, cursor.place, ListLayout.count(chunk)) + elementHeadBytes);
    }
}
