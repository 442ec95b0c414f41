package dev.millrace.engine.stream;

import java.util.Iterator;
import java.util.function.Consumer;

/**
 * The list of the current event's key. Valid inside the call that it was given to, on that thread; a
 * {@link StateAccessException} else.
 *
 * <p>Elements lie in chunks: to add one costs the same however long the list is, and writes, with the next epoch, the last
 * chunk only. While elements are shown, none may be added or removed: a
 * {@link java.util.ConcurrentModificationException} else.
 *
 * @param <T> the elements
 */
public interface ListState<T> extends Iterable<T> {
    /** Adds an element behind the others; it must not be null. */
    void add(T element);

    /** How many elements there are. With an expiry this looks at each of them. */
    long size();

    /** Says whether there is no element. */
    default boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Removes elements in front, the oldest ones.
     *
     * @param count how many; all if there are not so many; not negative
     */
    void removeFirst(long count);

    /**
     * Removes elements in front until no more than this many are left.
     *
     * @param count not negative
     */
    default void keepLast(long count) {
        removeFirst(Math.max(0, size() - count));
    }

    /** Removes every element. */
    void clear();

    /** Shows every element, the oldest first. */
    @Override
    void forEach(Consumer<? super T> action);

    /** The elements, the oldest first. Valid as long as this state is. It cannot remove. */
    @Override
    Iterator<T> iterator();
}
