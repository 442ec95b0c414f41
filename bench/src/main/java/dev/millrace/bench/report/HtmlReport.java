package dev.millrace.bench.report;

import dev.millrace.bench.run.Json;
import dev.millrace.bench.workload.Contender;
import dev.millrace.bench.workload.Workloads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One page out of results, with everything in it: it can be mailed, and read without a network. */
public final class HtmlReport {
    private static final String[] PERCENTILES = {"p50", "p99", "p999", "p9999", "max"};

    private HtmlReport() {}

    /** The page. */
    public static String of(List<Map<String, Object>> results) {
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>Millrace benchmarks</title>\n")
                .append("<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<h1>Millrace benchmarks</h1>\n");
        page.append(
                "<p>Every contender gave the same outputs as the reference; a run that does not, fails. Bars are medians,"
                        + " the line through a bar goes from the slowest round to the fastest. Rounds of all contenders alternate in"
                        + " one JVM, so compare within a chart, not between machines.</p>\n");
        results.forEach(result -> appendWorkload(page, result));
        if (!results.isEmpty()) {
            appendFacts(page, "Machine", Json.object(results.get(0), "machine"));
            appendFacts(page, "Physical limits, measured beside", Json.object(results.get(0), "limits"));
        }
        return page.append("</body>\n</html>\n").toString();
    }

    private static void appendWorkload(StringBuilder page, Map<String, Object> result) {
        String name = String.valueOf(result.get("workload"));
        List<Map<String, Object>> contenders = Json.list(result, "contenders");
        page.append("<section>\n<h2>").append(Html.escape(name)).append("</h2>\n<p class=\"question\">");
        page.append(Html.escape(Workloads.named(name).question())).append("</p>\n<p class=\"parameters\">");
        page.append(Html.escape(Json.object(result, "parameters"))).append("</p>\n");
        if (hasLatency(contenders)) {
            appendLatencies(page, contenders);
        } else {
            page.append("<h3>Events per second</h3>\n").append(BarChart.of("events per second", bars(contenders)));
        }
        appendTable(page, contenders);
        page.append("<h3>Resident memory over the last round</h3>\n").append(MemoryPlot.of(memory(contenders)));
        page.append("</section>\n");
    }

    private static List<MemoryPlot.Line> memory(List<Map<String, Object>> contenders) {
        List<MemoryPlot.Line> lines = new ArrayList<>();
        for (Map<String, Object> contender : contenders) {
            List<Double> bytes = Json.numbers(Json.object(contender, "memory"), "residentBytes");
            if (!bytes.isEmpty()) {
                double interval = Json.number(contender, "memory", "intervalMillis");
                lines.add(
                        new MemoryPlot.Line(String.valueOf(contender.get("name")), interval, bytes, isOurs(contender)));
            }
        }
        return lines;
    }

    private static boolean hasLatency(List<Map<String, Object>> contenders) {
        return contenders.stream().anyMatch(contender -> contender.containsKey("latencyMicros"));
    }

    private static List<BarChart.Bar> bars(List<Map<String, Object>> contenders) {
        List<BarChart.Bar> bars = new ArrayList<>();
        for (Map<String, Object> contender : contenders) {
            bars.add(new BarChart.Bar(
                    String.valueOf(contender.get("name")),
                    Json.number(contender, "eventsPerSecond", "median"),
                    Json.number(contender, "eventsPerSecond", "min"),
                    Json.number(contender, "eventsPerSecond", "max"),
                    isOurs(contender)));
        }
        return bars;
    }

    @SuppressWarnings("unchecked") // Written by ResultFile as pairs of numbers.
    private static void appendLatencies(StringBuilder page, List<Map<String, Object>> contenders) {
        List<PercentilePlot.Line> lines = new ArrayList<>();
        page.append("<h3>Latency from when an event was due</h3>\n<table>\n<tr><th>contender</th>");
        for (String percentile : PERCENTILES) {
            page.append("<th>").append(percentile).append("</th>");
        }
        page.append("</tr>\n");
        for (Map<String, Object> contender : contenders) {
            if (contender.containsKey("latencyMicros")) {
                lines.add(new PercentilePlot.Line(
                        String.valueOf(contender.get("name")),
                        points((List<List<Number>>) contender.get("latencyCurve")),
                        isOurs(contender)));
                page.append("<tr><td>")
                        .append(Html.escape(contender.get("name")))
                        .append("</td>");
                for (String percentile : PERCENTILES) {
                    page.append("<td>")
                            .append(Html.micros(Json.number(contender, "latencyMicros", percentile)))
                            .append("</td>");
                }
                page.append("</tr>\n");
            }
        }
        page.append("</table>\n").append(PercentilePlot.of(lines));
    }

    private static List<List<Double>> points(List<List<Number>> numbers) {
        return numbers.stream()
                .map(pair -> List.of(pair.get(0).doubleValue(), pair.get(1).doubleValue()))
                .toList();
    }

    private static void appendTable(StringBuilder page, List<Map<String, Object>> contenders) {
        double ours = Json.number(contenders.get(0), "eventsPerSecond", "median");
        page.append(
                "<div class=\"wide\"><table>\n<tr><th>contender</th><th>events/s</th><th>min – max</th><th>ratio to Millrace</th>"
                        + "<th>CPU ns/event</th><th>heap B/event</th><th>collections</th><th>peak RSS</th><th>off-heap</th>"
                        + "<th>others' CPU</th></tr>\n");
        for (Map<String, Object> contender : contenders) {
            double rate = Json.number(contender, "eventsPerSecond", "median");
            page.append(isOurs(contender) ? "<tr class=\"ourRow\">" : "<tr>");
            cell(page, Html.escape(contender.get("name")));
            cell(page, Html.shortNumber(rate));
            cell(
                    page,
                    Html.shortNumber(Json.number(contender, "eventsPerSecond", "min")) + " – "
                            + Html.shortNumber(Json.number(contender, "eventsPerSecond", "max")));
            cell(page, String.format(Locale.ROOT, "%.2f", rate / ours));
            cell(page, Html.shortNumber(Json.number(contender, "cpuNanosPerEvent", "median")));
            cell(page, Html.shortNumber(Json.number(contender, "heapBytesPerEvent", "median")));
            cell(page, Html.shortNumber(Json.number(contender, "gcCount", "median")));
            cell(page, Html.shortNumber(Json.number(contender, "peakRssBytes", "median")) + "B");
            cell(
                    page,
                    contender.containsKey("offHeapBytes")
                            ? Html.shortNumber(Json.number(contender, "offHeapBytes", "median")) + "B"
                            : "–");
            cell(page, share(Json.number(contender, "othersShare", "median")));
            page.append("</tr>\n");
        }
        page.append("</table></div>\n");
        contenders.forEach(contender -> appendEpochs(page, contender));
    }

    private static String share(double value) {
        return value < 0 ? "?" : Math.round(value * 100) + " %";
    }

    private static void appendEpochs(StringBuilder page, Map<String, Object> contender) {
        if (!contender.containsKey("epochs")) {
            return;
        }
        page.append("<p class=\"epochs\">")
                .append(Html.escape(contender.get("name")))
                .append(": ")
                .append(Math.round(Json.number(contender, "epochs", "count")))
                .append(" epochs; durable after ")
                .append(Html.micros(Json.number(contender, "epochs", "commitMillis", "p50") * 1e3))
                .append(" (p50), ")
                .append(Html.micros(Json.number(contender, "epochs", "commitMillis", "p99") * 1e3))
                .append(" (p99); a task was held up for ")
                .append(Html.micros(Json.number(contender, "epochs", "stallMicros", "p50")))
                .append(" (p50), ")
                .append(Html.micros(Json.number(contender, "epochs", "stallMicros", "p99")))
                .append(" (p99), ")
                .append(Html.micros(Json.number(contender, "epochs", "stallMicros", "max")))
                .append(" (longest).</p>\n");
    }

    private static void cell(StringBuilder page, String text) {
        page.append("<td>").append(text).append("</td>");
    }

    private static void appendFacts(StringBuilder page, String title, Map<String, Object> facts) {
        page.append("<section>\n<h2>").append(title).append("</h2>\n<table>\n");
        for (Map.Entry<String, Object> fact : facts.entrySet()) {
            Object value = fact.getValue();
            page.append("<tr><th>")
                    .append(Html.escape(fact.getKey()))
                    .append("</th><td class=\"fact\">")
                    .append(value instanceof Double number ? Html.shortNumber(number) : Html.escape(value))
                    .append("</td></tr>\n");
        }
        page.append("</table>\n</section>\n");
    }

    private static boolean isOurs(Map<String, Object> contender) {
        return Contender.ENGINE.equals(contender.get("name"));
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IllegalStateException("report.css is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("report.css cannot be read", e);
        }
    }
}
