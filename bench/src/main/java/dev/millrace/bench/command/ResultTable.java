package dev.millrace.bench.command;

import dev.millrace.bench.run.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A result as a table for a terminal, and for Markdown. */
final class ResultTable {
    private static final String HEAD = "| %-20s | %13s | %29s | %6s | %8s | %8s | %4s | %8s | %8s | %6s |%n";
    private static final String RULE =
            "|----------------------|--------------:|------------------------------:|-------:|---------:|---------:|-----:|---------:|---------:|-------:|\n";
    private static final String ROW =
            "| %-20s | %,13.0f | %,14.0f-%,14.0f | %6.2f | %8.1f | %8.1f | %4.0f | %8s | %8s | %6s |%n";

    private ResultTable() {}

    /** One line a contender, rates as ratios to the first; then what only some have: latencies and epochs. */
    static String of(Map<String, Object> result) {
        StringBuilder table = new StringBuilder();
        append(table, "%n%s%n", result.get("workload"));
        append(
                table,
                HEAD,
                "contender",
                "events/s",
                "min - max",
                "ratio",
                "cpu ns/e",
                "heap B/e",
                "GCs",
                "peak RSS",
                "off-heap",
                "others");
        table.append(RULE);
        List<Map<String, Object>> contenders = Json.list(result, "contenders");
        double first = Json.number(contenders.get(0), "eventsPerSecond", "median");
        for (Map<String, Object> contender : contenders) {
            double rate = Json.number(contender, "eventsPerSecond", "median");
            append(
                    table,
                    ROW,
                    contender.get("name"),
                    rate,
                    Json.number(contender, "eventsPerSecond", "min"),
                    Json.number(contender, "eventsPerSecond", "max"),
                    rate / first,
                    Json.number(contender, "cpuNanosPerEvent", "median"),
                    Json.number(contender, "heapBytesPerEvent", "median"),
                    Json.number(contender, "gcCount", "median"),
                    Numbers.mebibytes(Json.number(contender, "peakRssBytes", "median")),
                    contender.containsKey("offHeapBytes")
                            ? Numbers.mebibytes(Json.number(contender, "offHeapBytes", "median"))
                            : "-",
                    Numbers.share(Json.number(contender, "othersShare", "median")));
        }
        contenders.forEach(contender -> appendLatency(table, contender));
        contenders.forEach(contender -> appendEpochs(table, contender));
        contenders.forEach(contender -> appendColdState(table, contender));
        return table.toString();
    }

    private static void appendLatency(StringBuilder table, Map<String, Object> contender) {
        if (contender.containsKey("latencyMicros")) {
            append(
                    table,
                    "%s: latency p50 %,.0f us, p99 %,.0f us, p99.9 %,.0f us, p99.99 %,.0f us, max %,.0f us%n",
                    contender.get("name"),
                    Json.number(contender, "latencyMicros", "p50"),
                    Json.number(contender, "latencyMicros", "p99"),
                    Json.number(contender, "latencyMicros", "p999"),
                    Json.number(contender, "latencyMicros", "p9999"),
                    Json.number(contender, "latencyMicros", "max"));
        }
    }

    private static void appendEpochs(StringBuilder table, Map<String, Object> contender) {
        if (contender.containsKey("epochs")) {
            append(
                    table,
                    "%s: %.0f epochs, commit p50 %.1f ms, p99 %.1f ms, task held up p50 %,.0f us, p99 %,.0f us, max %,.0f us%n",
                    contender.get("name"),
                    Json.number(contender, "epochs", "count"),
                    Json.number(contender, "epochs", "commitMillis", "p50"),
                    Json.number(contender, "epochs", "commitMillis", "p99"),
                    Json.number(contender, "epochs", "stallMicros", "p50"),
                    Json.number(contender, "epochs", "stallMicros", "p99"),
                    Json.number(contender, "epochs", "stallMicros", "max"));
        }
    }

    private static void appendColdState(StringBuilder table, Map<String, Object> contender) {
        if (contender.containsKey("coldState")) {
            append(
                    table,
                    "%s: %.3f evictions, %.3f store reads and %.3f store hits an event%n",
                    contender.get("name"),
                    Json.number(contender, "coldState", "evictionsPerEvent"),
                    Json.number(contender, "coldState", "storeReadsPerEvent"),
                    Json.number(contender, "coldState", "storeHitsPerEvent"));
        }
    }

    private static void append(StringBuilder table, String format, Object... values) {
        table.append(String.format(Locale.ROOT, format, values));
    }
}
