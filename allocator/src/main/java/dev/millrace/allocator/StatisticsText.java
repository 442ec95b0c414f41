package dev.millrace.allocator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Statistics as tables with aligned columns. Names of columns do not change. */
final class StatisticsText {
    private static final String GAP = "  ";

    private StatisticsText() {}

    static String of(MemoryStatistics statistics) {
        List<String> lines = new ArrayList<>();
        addTotals(lines, statistics);
        addNodes(lines, statistics);
        addPools(lines, statistics);
        addClasses(lines, statistics);
        return String.join("\n", lines);
    }

    private static void addTotals(List<String> lines, MemoryStatistics statistics) {
        lines.add("memory: limit=" + bytes(statistics.limitBytes()) + ", live=" + bytes(statistics.liveBytes())
                + ", peak=" + bytes(statistics.peakLiveBytes()) + ", slabs=" + bytes(statistics.slabBytes())
                + ", resident=" + bytes(statistics.residentBytes()) + ", reserved="
                + bytes(statistics.reservedBytes()));
        lines.add("waste: internal=" + percent(statistics.internalWaste()) + ", external="
                + percent(statistics.externalWaste()));
        lines.add("placement: rung=" + statistics.rung() + ", hugePages="
                + (statistics.hugePages() ? "asked for" : "not asked for") + pages(statistics.pages()));
    }

    private static String pages(PageStatistics pages) {
        return !pages.wasAsked()
                ? ""
                : ", rss=" + bytes(pages.rssBytes()) + ", hugeShare=" + percent(pages.hugeShare()) + ", sampledPages="
                        + pages.sampledPages() + ", absentPages=" + pages.absentPages() + ", unknownPages="
                        + pages.unknownPages() + ", misplacedPages=" + pages.misplacedPages();
    }

    private static void addNodes(List<String> lines, MemoryStatistics statistics) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "node",
                "live",
                "cached",
                "slabs",
                "resident",
                "reserved",
                "refills",
                "drains",
                "remote",
                "spilled",
                "purged"));
        for (NodeStatistics node : statistics.nodes()) {
            rows.add(List.of(
                    Integer.toString(node.nodeId()),
                    bytes(node.liveBytes()),
                    bytes(node.cachedBytes()),
                    bytes(node.slabBytes()),
                    bytes(node.residentBytes()),
                    bytes(node.reservedBytes()),
                    Long.toString(node.refills()),
                    Long.toString(node.drains()),
                    Long.toString(node.remoteBatches()),
                    Long.toString(node.spilledBlocks()),
                    bytes(node.purgedBytes())));
        }
        addTable(lines, rows);
    }

    private static void addPools(List<String> lines, MemoryStatistics statistics) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("pool", "live", "cached", "slabs", "internal", "refusals"));
        for (PoolStatistics pool : statistics.pools()) {
            rows.add(List.of(
                    pool.pool().name(),
                    bytes(pool.liveBytes()),
                    bytes(pool.cachedBytes()),
                    bytes(pool.slabBytes()),
                    bytes(pool.internalWasteBytes()),
                    Long.toString(pool.refusals())));
        }
        addTable(lines, rows);
    }

    private static void addClasses(List<String> lines, MemoryStatistics statistics) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("node", "pool", "block", "live", "magazines", "depot", "inbox", "inSlabs", "slabs", "asked"));
        for (NodeStatistics node : statistics.nodes()) {
            for (ClassStatistics ofClass : node.classes()) {
                rows.add(List.of(
                        Integer.toString(ofClass.nodeId()),
                        ofClass.pool().name(),
                        Long.toString(ofClass.blockBytes()),
                        Long.toString(ofClass.liveBlocks()),
                        Long.toString(ofClass.magazineBlocks()),
                        Long.toString(ofClass.depotBlocks()),
                        Long.toString(ofClass.inboxBlocks()),
                        Long.toString(ofClass.slabFreeBlocks()),
                        bytes(ofClass.slabBytes()),
                        percent(ofClass.requestedShare())));
            }
        }
        addTable(lines, rows);
    }

    private static void addTable(List<String> lines, List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                line.append(GAP)
                        .append(" ".repeat(widths[column] - row.get(column).length()))
                        .append(row.get(column));
            }
            lines.add(line.toString());
        }
    }

    private static String bytes(long bytes) {
        if (bytes < 1 << 10) {
            return bytes + " B";
        }
        return bytes < 1 << 20
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
