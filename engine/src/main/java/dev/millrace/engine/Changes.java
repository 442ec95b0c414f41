package dev.millrace.engine;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a pipeline differs from the one whose state is on disk, where names alone do not tell. Immutable.
 *
 * <p>Sources, sinks and states are found again by their names. A name that is new begins from the beginning; one that is gone is
 * refused, because a misspelt name looks the same, unless it is said here what became of it:
 *
 * <pre>{@code
 * engine.run(pipeline, Changes.none().renamed("totals", "totals-by-card").allowDropped("alerts"));
 * }</pre>
 *
 * <p>A name stands for everything that has it: a source, a sink, a state with the list of its keys, and the timers of an operator. It
 * may stay in the program after the first start: a name that was renamed or dropped before changes nothing.
 *
 * @param renames from the name on disk to the name in the pipeline
 * @param dropped names on disk whose state, position or output is not needed any more
 */
public record Changes(Map<String, String> renames, Set<String> dropped) {
    private static final Changes NONE = new Changes(Map.of(), Set.of());

    public Changes {
        renames = Map.copyOf(renames);
        dropped = Set.copyOf(dropped);
        if (Set.copyOf(renames.values()).size() < renames.size()) {
            throw new IllegalArgumentException("two names become one: renames=" + new TreeMap<>(renames));
        }
        for (Map.Entry<String, String> rename : renames.entrySet()) {
            if (dropped.contains(rename.getKey()) || renames.containsKey(rename.getValue())) {
                throw new IllegalArgumentException("a name is renamed and something else as well: from="
                        + rename.getKey() + ", to=" + rename.getValue() + "; say of each name one thing");
            }
        }
    }

    /** No change that would have to be said. */
    public static Changes none() {
        return NONE;
    }

    /** The same, and what is on disk under one name goes on under another. */
    public Changes renamed(String from, String to) {
        Map<String, String> more = new TreeMap<>(renames);
        String other = more.put(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to, "to"));
        if (other != null) {
            throw new IllegalArgumentException(
                    "a name is renamed twice: from=" + from + ", first=" + other + ", second=" + to);
        }
        return new Changes(more, dropped);
    }

    /** The same, and what is on disk under a name is given up, for good with the first epoch that is committed. */
    public Changes allowDropped(String name) {
        Set<String> more = new TreeSet<>(dropped);
        more.add(Objects.requireNonNull(name, "name"));
        return new Changes(renames, more);
    }
}
