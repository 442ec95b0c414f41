package dev.millrace.engine.internal.fit;

import dev.millrace.engine.Changes;
import dev.millrace.engine.CheckReport.Finding;
import dev.millrace.engine.CheckReport.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The names of one kind of thing, on disk and in the plan. What an operator keeps beside its state has the state's name, a slash and a
 * word behind it, and goes with the name.
 */
final class Names {
    private final Set<String> stored;
    private final Set<String> wanted;
    private final Map<String, String> todays = new TreeMap<>();
    private final Set<String> kept = new TreeSet<>();
    private final Set<String> dropped = new TreeSet<>();

    Names(String what, Collection<String> stored, Collection<String> wanted, Changes changes, List<Finding> findings) {
        this.stored = new TreeSet<>(stored);
        this.wanted = new TreeSet<>(wanted);
        for (String name : this.stored) {
            place(what, name, changes, findings);
        }
        for (String name : this.wanted) {
            if (!todays.containsValue(name)) {
                findings.add(new Finding(Verdict.ADDED, what, name, "it begins from the beginning"));
            }
        }
    }

    private void place(String what, String name, Changes changes, List<Finding> findings) {
        String base = base(name);
        String other = changes.renames().get(base);
        String renamed = other == null ? null : other + name.substring(base.length());
        if (renamed != null && wanted.contains(renamed) && !wanted.contains(name) && !stored.contains(renamed)) {
            todays.put(name, renamed);
            kept.add(renamed);
            findings.add(new Finding(Verdict.RENAMED, what, renamed, "was " + name));
        } else if (wanted.contains(name)) {
            todays.put(name, name);
            kept.add(name);
        } else if (changes.dropped().contains(base)) {
            dropped.add(name);
            findings.add(new Finding(Verdict.DROPPED, what, name, "it is given up with the first commit"));
        } else {
            findings.add(new Finding(
                    Verdict.REFUSED,
                    what,
                    name,
                    "reason=it is on disk and not in the pipeline; add it again, say renamed(\"" + base
                            + "\", its new name), or allowDropped(\"" + base + "\")"));
        }
    }

    private static String base(String name) {
        int slash = name.indexOf('/');
        return slash < 0 ? name : name.substring(0, slash);
    }

    /** Whether one name became another here, now or in an earlier life. */
    boolean knows(String from, String to) {
        boolean isDone = todays.entrySet().stream()
                .anyMatch(entry -> base(entry.getKey()).equals(from)
                        && base(entry.getValue()).equals(to));
        boolean wasDone = stored.stream().anyMatch(name -> base(name).equals(to))
                && stored.stream().noneMatch(name -> base(name).equals(from));
        return isDone || wasDone;
    }

    /** Today's name of something on disk; null if it has none. */
    @org.jspecify.annotations.Nullable
    String today(String name) {
        return todays.get(name);
    }

    /** What goes on, by today's names. */
    Set<String> kept() {
        return kept;
    }

    /** What is given up, by the names on disk. */
    Set<String> dropped() {
        return dropped;
    }

    /** A map by today's names, without what has none. */
    <V> Map<String, V> translated(Map<String, V> map) {
        Map<String, V> result = new TreeMap<>();
        map.forEach((name, value) -> {
            String today = today(name);
            if (today != null) {
                result.put(today, value);
            }
        });
        return result;
    }

    Set<String> stored() {
        return stored;
    }
}
