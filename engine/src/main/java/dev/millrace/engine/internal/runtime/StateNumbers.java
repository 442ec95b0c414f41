package dev.millrace.engine.internal.runtime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The numbers that states have in a job, by their names. */
final class StateNumbers {
    /** Of an operator that keeps nothing. */
    static final int NONE = -1;

    private StateNumbers() {}

    /** Numbers states: those that were committed keep their numbers, new ones get the next free ones. */
    static Map<String, Integer> of(List<String> names, Map<String, Integer> committed) {
        Map<String, Integer> ids = new HashMap<>(committed);
        int next = committed.values().stream().mapToInt(Integer::intValue).max().orElse(NONE) + 1;
        for (String name : names) {
            if (ids.putIfAbsent(name, next) == null) {
                next++;
            }
        }
        return ids;
    }
}
