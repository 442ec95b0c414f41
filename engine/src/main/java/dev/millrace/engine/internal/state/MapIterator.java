package dev.millrace.engine.internal.state;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Walks a map. Valid during the call it was made in. */
final class MapIterator implements Iterator<Map.Entry<Object, Object>> {
    private final MapWalk map;
    private final KeyContext call;
    private final String name;
    private final long callNumber;

    private long number;
    private long shown = -1;
    private Map.@Nullable Entry<Object, Object> next;
    private long changes;

    MapIterator(MapWalk map, KeyContext call, String name) {
        this.map = map;
        this.call = call;
        this.name = name;
        callNumber = call.callNumber;
        number = map.count();
        changes = map.changes();
    }

    @Override
    public boolean hasNext() {
        call.checkSame(callNumber, name);
        map.checkUnchangedSince(changes);
        while (next == null && number > 0) {
            next = map.at(--number);
            changes = map.changes(); // those that are over go on the way
        }
        return next != null;
    }

    @Override
    public Map.Entry<Object, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("map has no more entries: " + name);
        }
        Map.Entry<Object, Object> entry = java.util.Objects.requireNonNull(next);
        next = null;
        shown = number;
        return entry;
    }

    @Override
    public void remove() {
        call.checkSame(callNumber, name);
        map.checkUnchangedSince(changes);
        if (shown < 0) {
            throw new IllegalStateException("remove() follows next(), once: " + name);
        }
        map.removeAt(shown);
        shown = -1;
        changes = map.changes();
    }
}
