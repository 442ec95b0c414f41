package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.internal.plan.Node;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** All channels of a job, by the operator that the chain behind them begins with. Used by the thread that starts the job. */
final class Links {
    private final IdentityHashMap<Node, List<Link>> byRoot = new IdentityHashMap<>();

    void add(Node root, Link link) {
        byRoot.computeIfAbsent(root, any -> new ArrayList<>()).add(link);
    }

    /** Those that lead to a task of a chain. */
    List<Link> into(Node root, Task task) {
        return byRoot.get(root).stream().filter(link -> link.leadsTo(task)).toList();
    }

    /** What a task writes to that has the operator {@code from}. The task owns it. */
    ChannelTarget target(Node root, Node from, Task task) {
        for (Link link : byRoot.get(root)) {
            if (link.input() == from && link.producer() == task) {
                ChannelTarget target = link.target(task.allocator());
                task.sendTo(target);
                return target;
            }
        }
        throw new IllegalStateException("no channel: from=" + from.describe() + ", to=" + root.describe());
    }
}
