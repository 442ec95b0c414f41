package dev.millrace.state.file;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory: the names that processes see, those that are on the device, and the changes between the two. */
final class SimulatedDirectory {
    /**
     * A change of names that happens wholly or not at all.
     *
     * @param removed the name that goes, null if none does
     * @param name the name that comes or is replaced, null if none does
     */
    private record Change(@Nullable String removed, @Nullable String name, @Nullable Object node) {
        void applyTo(Map<String, Object> entries) {
            if (removed != null) {
                entries.remove(removed);
            }
            if (name != null) {
                entries.put(name, node);
            }
        }
    }

    private final TreeMap<String, Object> entries = new TreeMap<>();
    private final TreeMap<String, Object> durable = new TreeMap<>();
    private final List<Change> pending = new ArrayList<>();

    @Nullable
    Object get(String name) {
        return entries.get(name);
    }

    Set<String> names() {
        return entries.keySet();
    }

    private void change(Change change) {
        change.applyTo(entries);
        pending.add(change);
    }

    void put(String name, Object node) {
        change(new Change(null, name, node));
    }

    void remove(String name) {
        change(new Change(name, null, null));
    }

    void rename(String from, String to) {
        change(new Change(from, to, entries.get(from)));
    }

    void force() {
        pending.forEach(change -> change.applyTo(durable));
        pending.clear();
    }

    /** One of the images that losing power may leave. A file that has two names in it stays one file. */
    SimulatedDirectory afterPowerLoss(Random random) {
        return afterPowerLoss(random, new IdentityHashMap<>());
    }

    private SimulatedDirectory afterPowerLoss(Random random, Map<SimulatedFile, SimulatedFile> done) {
        TreeMap<String, Object> left = new TreeMap<>(durable);
        for (Change change : Luck.some(random, pending)) {
            change.applyTo(left);
        }
        SimulatedDirectory image = new SimulatedDirectory();
        left.forEach((name, node) -> {
            Object copy = node instanceof SimulatedDirectory inner
                    ? inner.afterPowerLoss(random, done)
                    : done.computeIfAbsent((SimulatedFile) node, file -> file.afterPowerLoss(random));
            image.entries.put(name, copy);
            image.durable.put(name, copy);
        });
        return image;
    }

    /** All that processes see. Nothing of it is more durable than it was. */
    SimulatedDirectory copy() {
        return copy(new IdentityHashMap<>());
    }

    private SimulatedDirectory copy(Map<Object, Object> done) {
        SimulatedDirectory copy = new SimulatedDirectory();
        entries.forEach((name, node) -> copy.entries.put(name, copyOf(node, done)));
        durable.forEach((name, node) -> copy.durable.put(name, copyOf(node, done)));
        for (Change change : pending) {
            Object node = change.node() == null ? null : copyOf(change.node(), done);
            copy.pending.add(new Change(change.removed(), change.name(), node));
        }
        return copy;
    }

    private static Object copyOf(Object node, Map<Object, Object> done) {
        Object known = done.get(node);
        if (known == null) {
            known = node instanceof SimulatedDirectory inner ? inner.copy(done) : ((SimulatedFile) node).copy();
            done.put(node, known);
        }
        return known;
    }
}
