package dev.millrace.examples;

import dev.millrace.engine.JobReport;
import dev.millrace.engine.MemorySize;
import dev.millrace.examples.flights.FlightsPipeline;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says how a job went. */
record DemoSummary(JobReport report, Path results) {
    private static final List<String> FILES =
            List.of(FlightsPipeline.HOURLY, FlightsPipeline.ROUTES, FlightsPipeline.SESSIONS, FlightsPipeline.LATE);

    void print(PrintWriter out) {
        lines().forEach(out::println);
    }

    List<String> lines() {
        return List.of(
                "flights: " + flights(),
                "epochs:  " + epochs(),
                "memory:  " + MemorySize.format(report.peakOffHeapBytes()) + " off-heap at the peak, "
                        + report.leakedOffHeapBytes() + " bytes left at the end",
                "late:    " + late(),
                "skipped: " + count(report.skipped()) + " malformed lines",
                "results: " + results + ": " + files());
    }

    private String flights() {
        String all = count(report.events()) + " events";
        if (isComplete()) {
            return all + "; already complete: the job had ended before, nothing was left to do";
        }
        String time = all + " in " + seconds(report.elapsed());
        // Events are counted over all lives of a job and time over the last: a rate of both would be wrong.
        return report.resumedFromEpoch() > 0
                ? time + " since it went on from epoch " + report.resumedFromEpoch()
                : time + ", " + count(perSecond()) + " events/s";
    }

    private boolean isComplete() {
        return report.resumedFromEpoch() > 0 && report.commits() == 0;
    }

    private long perSecond() {
        return Math.round(report.events() / (Math.max(1, report.elapsed().toNanos()) / 1e9));
    }

    private String epochs() {
        if (report.commits() == 0) {
            return "0 committed, the last one is " + report.lastEpoch();
        }
        String first =
                report.firstResult().isZero() ? "no result" : "first result after " + seconds(report.firstResult());
        return count(report.commits()) + " committed, p50 " + millis(report.commitP50()) + ", p99 "
                + millis(report.commitP99()) + "; " + first;
    }

    private String late() {
        return count(report.rows().getOrDefault(FlightsPipeline.LATE, 0L)) + " flights missed their hour (late.csv), "
                + count(report.lateEvents()) + " their session";
    }

    private String files() {
        return FILES.stream()
                .map(name -> name + ".csv (" + count(report.rows().getOrDefault(name, 0L)) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }
}
