package dev.millrace.bench.run;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.millrace.bench.workload.Contender;
import dev.millrace.bench.workload.Outcome;
import dev.millrace.bench.workload.Parameters;
import dev.millrace.engine.ColdStateReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * The results of a workload as JSON: one object with the machine, its limits, the parameters, and for each contender the
 * minimum, median and maximum over the rounds. What does not apply is left out.
 */
public final class ResultFile {
    private static final JSON WRITER =
            JSON.builder().enable(JSON.Feature.PRETTY_PRINT_OUTPUT).build();
    private static final double[] PERCENTILES = {50, 99, 99.9, 99.99};
    private static final String[] PERCENTILE_NAMES = {"p50", "p99", "p999", "p9999"};
    private static final int CURVE_TICKS = 5;

    private ResultFile() {}

    /** Everything that is known about the runs of a workload. */
    public static Map<String, Object> of(String workload, Parameters parameters, Limits limits, List<Run> runs) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("workload", workload);
        result.put("machine", Machine.describe());
        result.put("limits", limits(limits));
        result.put("parameters", parameters(parameters));
        List<Map<String, Object>> contenders = new ArrayList<>();
        for (String name : runs.stream().map(Run::contender).distinct().toList()) {
            contenders.add(contender(
                    name,
                    parameters,
                    runs.stream().filter(run -> run.contender().equals(name)).toList()));
        }
        result.put("contenders", contenders);
        return result;
    }

    /** Writes a result. */
    public static void write(Path file, Map<String, Object> result) throws IOException {
        WRITER.write(result, file.toFile());
    }

    /** As text. */
    public static String text(Map<String, Object> result) throws IOException {
        return WRITER.asString(result);
    }

    /** Reads a result back. */
    public static Map<String, Object> read(Path file) throws IOException {
        return JSON.std.mapFrom(file.toFile());
    }

    private static Map<String, Object> limits(Limits limits) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("randomTouchNanos", limits.randomTouchNanos());
        facts.put("dependentTouchNanos", limits.dependentTouchNanos());
        facts.put("copyBytesPerSecond", limits.copyBytesPerSecond());
        facts.put("fsyncMicros", limits.fsyncMicros());
        facts.put("handOverNanos", limits.handOverNanos());
        return facts;
    }

    private static Map<String, Object> parameters(Parameters parameters) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("events", parameters.events());
        facts.put("keys", parameters.keys());
        facts.put("distribution", parameters.distribution().toString());
        facts.put("parallelism", parameters.parallelism());
        facts.put("epochIntervalMillis", parameters.epochInterval().toMillis());
        facts.put("store", parameters.store().name());
        if (parameters.eventsPerSecond() > 0) {
            facts.put("eventsPerSecond", parameters.eventsPerSecond());
        }
        facts.put("memoryBytes", parameters.memoryBytes());
        facts.putAll(parameters.settings());
        return facts;
    }

    private static Map<String, Object> contender(String name, Parameters parameters, List<Run> runs) {
        long events = parameters.events();
        Run last = runs.get(runs.size() - 1);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", name);
        facts.put("eventsPerSecond", spread(runs, run -> run.eventsPerSecond(events)));
        facts.put("cpuNanosPerEvent", spread(runs, run -> (double) run.usage().cpuNanos() / events));
        facts.put("heapBytesPerEvent", spread(runs, run -> (double) run.usage().heapBytes() / events));
        facts.put("gcCount", spread(runs, run -> run.usage().gcCount()));
        facts.put("gcMillis", spread(runs, run -> run.usage().gcMillis()));
        facts.put("peakRssBytes", spread(runs, run -> run.usage().peakResidentBytes()));
        facts.put("othersShare", spread(runs, run -> run.usage().othersShare()));
        if (name.equals(Contender.ENGINE)) {
            facts.put("offHeapBytes", spread(runs, run -> run.outcome().offHeapBytes()));
        }
        facts.put("memory", memory(last.usage().memory()));
        facts.put("outputs", last.outcome().outputs());
        facts.put("checksum", Long.toHexString(last.outcome().checksum()));
        Outcome.Epochs epochs = last.outcome().epochs();
        if (epochs != null) {
            facts.put("epochs", epochs(epochs));
        }
        ColdStateReport cold = last.outcome().coldState();
        if (cold != null && cold.evicted() > 0) {
            facts.put("coldState", coldState(cold, events));
        }
        Histogram latencies = merged(runs);
        if (latencies.getTotalCount() > 0) {
            facts.put("latencyMicros", latency(latencies));
            facts.put("latencyCurve", curve(latencies));
        }
        return facts;
    }

    private static Map<String, Object> memory(MemoryCurve curve) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("intervalMillis", curve.intervalNanos() / 1e6);
        facts.put("residentBytes", curve.residentBytes());
        facts.put("heapBytes", curve.heapBytes());
        return facts;
    }

    private static Map<String, Object> epochs(Outcome.Epochs epochs) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("count", epochs.count());
        facts.put("commitMillis", commitMillis(epochs));
        facts.put("stallMicros", stallMicros(epochs));
        return facts;
    }

    private static Map<String, Object> coldState(ColdStateReport cold, long events) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("evictionsPerEvent", (double) cold.evicted() / events);
        facts.put("storeReadsPerEvent", (double) cold.keysRead() / events);
        facts.put("storeHitsPerEvent", (double) cold.keysFound() / events);
        return facts;
    }

    private static Map<String, Object> stallMicros(Outcome.Epochs epochs) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("p50", epochs.stallP50().toNanos() / 1e3);
        facts.put("p99", epochs.stallP99().toNanos() / 1e3);
        facts.put("max", epochs.stallMax().toNanos() / 1e3);
        return facts;
    }

    private static Map<String, Object> commitMillis(Outcome.Epochs epochs) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("p50", epochs.commitP50().toNanos() / 1e6);
        facts.put("p99", epochs.commitP99().toNanos() / 1e6);
        return facts;
    }

    private static Histogram merged(List<Run> runs) {
        Histogram all = new Histogram(3);
        for (Run run : runs) {
            Histogram one = run.outcome().latencyNanos();
            if (one != null) {
                all.add(one);
            }
        }
        return all;
    }

    private static Map<String, Object> latency(Histogram nanos) {
        Map<String, Object> facts = new LinkedHashMap<>();
        for (int i = 0; i < PERCENTILES.length; i++) {
            facts.put(PERCENTILE_NAMES[i], nanos.getValueAtPercentile(PERCENTILES[i]) / 1e3);
        }
        facts.put("max", nanos.getMaxValue() / 1e3);
        return facts;
    }

    /** Pairs of a percentile and a latency in microseconds, denser towards 100. */
    private static List<List<Double>> curve(Histogram nanos) {
        List<List<Double>> points = new ArrayList<>();
        nanos.percentiles(CURVE_TICKS)
                .forEach(value ->
                        points.add(List.of(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / 1e3)));
        return points;
    }

    private static Map<String, Object> spread(List<Run> runs, ToDoubleFunction<Run> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("median", median);
        facts.put("min", sorted[0]);
        facts.put("max", sorted[sorted.length - 1]);
        return facts;
    }
}
