package dev.millrace.bench.command;

import dev.millrace.bench.run.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A result as a table for a terminal, and for Markdown. */
final class ResultTable {
    private ResultTable() {}

    /** One line a contender; rates as ratios to the first. */
    static String of(Map<String, Object> result) {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                Locale.ROOT,
                "%n%s%n| %-20s | %12s | %25s | %7s | %8s | %10s |%n",
                result.get("workload"),
                "contender",
                "events/s",
                "min - max",
                "ratio",
                "cpu ns/e",
                "heap B/e"));
        table.append(
                "|----------------------|-------------:|--------------------------:|--------:|---------:|-----------:|\n");
        List<Map<String, Object>> contenders = Json.list(result, "contenders");
        double first = Json.number(contenders.get(0), "eventsPerSecond", "median");
        for (Map<String, Object> contender : contenders) {
            double rate = Json.number(contender, "eventsPerSecond", "median");
            table.append(String.format(
                    Locale.ROOT,
                    "| %-20s | %,12.0f | %,12.0f-%,12.0f | %7.2f | %8.1f | %10.1f |%n",
                    contender.get("name"),
                    rate,
                    Json.number(contender, "eventsPerSecond", "min"),
                    Json.number(contender, "eventsPerSecond", "max"),
                    rate / first,
                    Json.number(contender, "cpuNanosPerEvent", "median"),
                    Json.number(contender, "heapBytesPerEvent", "median")));
        }
        return table.toString();
    }
}
