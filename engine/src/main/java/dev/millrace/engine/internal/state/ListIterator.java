package dev.millrace.engine.internal.state;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** Walks a list. Valid during the call it was made in. */
final class ListIterator implements Iterator<Object> {
    private final ListWalk list;
    private final KeyContext call;
    private final String name;
    private final long callNumber;
    private final long changes;
    private final ListCursor cursor;

    ListIterator(ListWalk list, KeyContext call, String name, ListCursor cursor) {
        this.list = list;
        this.call = call;
        this.name = name;
        this.cursor = cursor;
        callNumber = call.callNumber;
        changes = list.changes();
    }

    @Override
    public boolean hasNext() {
        call.checkSame(callNumber, name);
        list.checkUnchangedSince(changes);
        return list.advance(cursor);
    }

    @Override
    public Object next() {
        if (!hasNext()) {
            throw new NoSuchElementException("list has no more elements: " + name);
        }
        Object element = list.at(cursor);
        cursor.step();
        return element;
    }
}
