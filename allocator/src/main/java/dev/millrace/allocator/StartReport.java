package dev.millrace.allocator;

import dev.millrace.numa.NumaNode;
import dev.millrace.numa.Rung;
import java.util.StringJoiner;

/**
 * What came of a configuration on this machine, for people. Immutable.
 *
 * @param homes the nodes in use
 * @param rung how well memory is placed
 * @param reason why it is this rung
 * @param hasHugePages whether the machine took the wish for huge pages
 * @param reservedBytes addresses
 * @param touchedBytes what was backed with memory at start
 * @param container the sum that was compared with what the container or the machine has
 */
record StartReport(
        AllocatorConfig config,
        BudgetPlan plan,
        HomeNodes homes,
        Rung rung,
        String reason,
        boolean hasHugePages,
        long reservedBytes,
        long touchedBytes,
        String container) {
    private static final int MAX_WORKER_LINES = 64;

    @Override
    public String toString() {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        lines.add("memory:     " + MemorySize.format(config.memoryBytes()) + " budget, "
                + MemorySize.format(config.reserve()) + " of it in reserve; " + MemorySize.format(reservedBytes)
                + " of addresses");
        lines.add("container:  " + container);
        lines.add("placement:  " + SettingText.text(config.numa()) + "; rung " + rung + ": " + reason);
        lines.add("pages:      " + SettingText.text(config.hugePages()) + "; "
                + (hasHugePages ? "huge pages of 2 MiB" : "pages of 4 KiB"));
        lines.add("pre-touch:  "
                + (config.preTouches()
                        ? MemorySize.format(touchedBytes) + " backed with memory"
                        : "off; memory comes with its first use"));
        for (int node = 0; node < homes.count(); node++) {
            lines.add("node " + plan.nodeName(node) + ":     " + limits(plan.node(node)) + poolsOf(node));
        }
        int workers = homes.ofWorker().size();
        for (int worker = 0; worker < Math.min(workers, MAX_WORKER_LINES); worker++) {
            lines.add("worker " + worker + ":   " + layoutOf(worker));
        }
        if (workers > MAX_WORKER_LINES) {
            lines.add((workers - MAX_WORKER_LINES) + " more workers go round the same nodes");
        }
        lines.add(config.describe().stripTrailing());
        return lines.toString();
    }

    private String layoutOf(int worker) {
        NumaNode runs = homes.topology().nodes().get(homes.topology().nodeOfWorker(worker));
        NumaNode memory = homes.node(homes.ofWorker().get(worker));
        return "cpu " + homes.topology().cpuOfWorker(worker) + " on node " + runs.id() + ", memory of node "
                + memory.id();
    }

    private String poolsOf(int node) {
        StringBuilder text = new StringBuilder();
        for (MemoryPool pool : MemoryPool.values()) {
            MemoryLimits limits = plan.pool(node, pool);
            if (!limits.equals(MemoryLimits.NONE)) {
                text.append("; ").append(SettingText.text(pool)).append(' ').append(limits(limits));
            }
        }
        return text.toString();
    }

    private static String limits(MemoryLimits limits) {
        return "min " + MemorySize.exact(limits.minBytes()) + ", max "
                + (limits.isLimited() ? MemorySize.exact(limits.maxBytes()) : "none");
    }
}
