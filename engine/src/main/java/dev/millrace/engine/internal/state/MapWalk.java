package dev.millrace.engine.internal.state;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an iterator asks of a map. Numbers go from the highest down. */
interface MapWalk {
    long count();

    /** Counts keys that came and went. */
    long changes();

    /** Fails if keys came or went since. */
    void checkUnchangedSince(long changes);

    /** A copy of the entry of a number; null if it is over. */
    Map.@Nullable Entry<Object, Object> at(long number);

    void removeAt(long number);
}
