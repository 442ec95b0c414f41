package dev.millrace.bench.report;

import dev.millrace.bench.run.Json;
import dev.millrace.bench.workload.Contender;
import dev.millrace.bench.workload.Workloads;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/** A result as a picture for pages that cannot hold drawings: bars of rates, or of latencies where those are the question. */
public final class Picture {
    private static final String[] PERCENTILES = {"p50", "p99", "p999", "max"};
    private static final String[] PERCENTILE_LABELS = {"p50", "p99", "p99.9", "max"};

    private Picture() {}

    /** Writes {@code WORKLOAD.png} into a directory and returns its path. */
    public static Path write(Map<String, Object> result, Path directory) throws IOException {
        Path file = directory.resolve(result.get("workload") + ".png");
        if (!ImageIO.write(of(result), "png", file.toFile())) {
            throw new IOException("this JVM writes no PNG: file=" + file);
        }
        return file;
    }

    static BufferedImage of(Map<String, Object> result) {
        String name = String.valueOf(result.get("workload"));
        List<Map<String, Object>> contenders = Json.list(result, "contenders");
        boolean isLatency = contenders.get(0).containsKey("latencyMicros");
        String unit = isLatency
                ? "time from when an event was due, on a logarithmic scale; shorter is better"
                : "events per second, median and range; longer is better";
        List<PictureBar> bars = isLatency ? latencies(contenders) : rates(contenders);
        return new BarPicture(name + ": " + Workloads.named(name).question(), unit, bars, isLatency).draw();
    }

    private static List<PictureBar> rates(List<Map<String, Object>> contenders) {
        List<PictureBar> bars = new ArrayList<>();
        for (Map<String, Object> contender : contenders) {
            double median = Json.number(contender, "eventsPerSecond", "median");
            bars.add(new PictureBar(
                    String.valueOf(contender.get("name")),
                    median,
                    Json.number(contender, "eventsPerSecond", "min"),
                    Json.number(contender, "eventsPerSecond", "max"),
                    Html.shortNumber(median) + "/s",
                    isOurs(contender)));
        }
        return bars;
    }

    private static List<PictureBar> latencies(List<Map<String, Object>> contenders) {
        List<PictureBar> bars = new ArrayList<>();
        for (int i = 0; i < PERCENTILES.length; i++) {
            for (Map<String, Object> contender : contenders) {
                double micros = Json.number(contender, "latencyMicros", PERCENTILES[i]);
                bars.add(new PictureBar(
                        contender.get("name") + " " + PERCENTILE_LABELS[i],
                        micros,
                        micros,
                        micros,
                        Html.micros(micros),
                        isOurs(contender)));
            }
        }
        return bars;
    }

    private static boolean isOurs(Map<String, Object> contender) {
        return Contender.ENGINE.equals(contender.get("name"));
    }
}
