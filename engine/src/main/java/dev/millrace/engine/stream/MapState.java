package dev.millrace.engine.stream;

import java.util.Iterator;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The map of the current event's key. Valid inside the call that it was given to, on that thread; a
 * {@link StateAccessException} else.
 *
 * <p>Each entry is found, written and stored for itself, at a cost that does not depend on the size of the map. Keys are
 * equal when their bytes are. Entries are shown in no order that one may rely on; while they are, values of keys that are
 * there may be put, but no key may come or go, except through {@link #removeIf} and {@link Iterator#remove}: a
 * {@link java.util.ConcurrentModificationException} else.
 *
 * @param <K> the keys inside the map
 * @param <V> the values
 */
public interface MapState<K, V> extends Iterable<Map.Entry<K, V>> {
    /** The value of a key; null if it is not there. */
    @Nullable
    V get(K key);

    /** The value of a key, or another one if it is not there. */
    default V getOrDefault(K key, V other) {
        V value = get(key);
        return value == null ? other : value;
    }

    /** Says whether a key is there. */
    boolean contains(K key);

    /** Sets the value of a key; neither may be null. */
    void put(K key, V value);

    /**
     * Replaces the value of a key by what the function makes of it; one of fixed size is rewritten where it lies. The
     * function must not write to this state itself.
     *
     * @param initial what the function is given if the key is not there
     */
    void update(K key, V initial, UnaryOperator<V> function);

    /**
     * Removes a key.
     *
     * @return whether it was there
     */
    boolean remove(K key);

    /** How many keys there are. With an expiry this looks at each of them. */
    long size();

    /** Says whether there is no key. */
    default boolean isEmpty() {
        return size() == 0;
    }

    /** Removes every key, at the cost of removing each. */
    void clear();

    /** Shows every entry, without making an object for it. */
    void forEach(BiConsumer<? super K, ? super V> action);

    /**
     * Removes the entries for which the predicate holds.
     *
     * @return whether there were any
     */
    boolean removeIf(BiPredicate<? super K, ? super V> predicate);

    /** The entries, as copies. Valid as long as this state is. */
    @Override
    Iterator<Map.Entry<K, V>> iterator();
}
