package dev.millrace.bench.tune;

import dev.millrace.bench.run.Run;
import dev.millrace.bench.run.WorkloadRunner;
import dev.millrace.bench.workload.Parameters;
import dev.millrace.bench.workload.Workload;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tries settings on a workload: each value alone beside the defaults, all in turns, so that what the machine does meanwhile
 * falls on all alike. What was better in every single run is then set together and measured against the defaults once more.
 */
public final class Tuning {
    private static final String DEFAULTS = "defaults";
    private static final String TOGETHER = "all of these";

    private final Workload workload;
    private final Parameters parameters;
    private final List<Knob> knobs;
    private final int rounds;
    private final PrintWriter out;

    /** A value of a setting. */
    private record Setting(String key, String value) {
        @Override
        public String toString() {
            return key + "=" + value;
        }
    }

    /**
     * Will try settings.
     *
     * @param rounds of each that count
     * @param out gets the tables
     */
    public Tuning(Workload workload, Parameters parameters, List<Knob> knobs, int rounds, PrintWriter out) {
        this.workload = workload;
        this.parameters = parameters;
        this.knobs = List.copyOf(knobs);
        this.rounds = rounds;
        this.out = out;
    }

    /** How many runs there will be at most, those that warm up included. */
    public int runCount() {
        int values = knobs.stream().mapToInt(knob -> knob.values().size()).sum();
        return (1 + values + 2) * (rounds + 1);
    }

    /** Runs everything and prints what to set. */
    public void run(WorkloadRunner.Progress progress) throws Exception {
        List<Setting> tried = new ArrayList<>();
        Map<String, Parameters> variants = new LinkedHashMap<>();
        variants.put(DEFAULTS, parameters);
        for (Knob knob : knobs) {
            for (String value : knob.values()) {
                Setting setting = new Setting(knob.key(), value);
                tried.add(setting);
                variants.put(setting.toString(), parameters.with(Map.of(knob.key(), value)));
            }
        }
        List<List<Run>> runs = new WorkloadRunner(workload, parameters, rounds).run(variants, progress);
        Score defaults = Score.of(runs.get(0), parameters.events());
        head(defaults);
        row(DEFAULTS, defaults, defaults, runs.get(0));
        Map<String, Setting> best = new TreeMap<>();
        Map<String, Double> bestRatio = new TreeMap<>();
        for (int i = 0; i < tried.size(); i++) {
            Setting setting = tried.get(i);
            Score score = Score.of(runs.get(i + 1), parameters.events());
            row(setting.toString(), score, defaults, runs.get(i + 1));
            double ratio = score.ratioTo(defaults);
            if (score.isBetterThan(defaults) && ratio > bestRatio.getOrDefault(setting.key(), 1.0)) {
                best.put(setting.key(), setting);
                bestRatio.put(setting.key(), ratio);
            }
        }
        out.println();
        advise(best, progress);
    }

    private void advise(Map<String, Setting> best, WorkloadRunner.Progress progress) throws Exception {
        if (best.isEmpty()) {
            out.println(
                    "Leave everything as it is: no setting was better in each of its runs than the defaults in any.");
            return;
        }
        Map<String, String> together = new TreeMap<>();
        best.values().forEach(setting -> together.put(setting.key(), setting.value()));
        Map<String, Parameters> variants = new LinkedHashMap<>();
        variants.put(DEFAULTS, parameters);
        variants.put(TOGETHER, parameters.with(together));
        List<List<Run>> runs = new WorkloadRunner(workload, parameters, rounds).run(variants, progress);
        Score defaults = Score.of(runs.get(0), parameters.events());
        Score all = Score.of(runs.get(1), parameters.events());
        head(defaults);
        row(DEFAULTS, defaults, defaults, runs.get(0));
        row(TOGETHER, all, defaults, runs.get(1));
        out.println();
        if (!all.isBetterThan(defaults)) {
            out.println("Leave everything as it is: what looked better alone was not better together.");
            return;
        }
        out.printf(Locale.ROOT, "Set this, for %.2f times as good on %s:%n%n", all.ratioTo(defaults), workload.name());
        best.values().forEach(setting -> out.println("    " + setting));
    }

    private void head(Score score) {
        out.println();
        out.printf("| %-36s | %s | min - max | times as good | peak RSS | off-heap | verdict |%n", "", score.unit());
        out.println("|---|---:|---:|---:|---:|---:|---|");
    }

    private void row(String name, Score score, Score defaults, List<Run> runs) {
        out.printf(
                Locale.ROOT,
                "| %-36s | %s | %.2f | %s | %s | %s |%n",
                name,
                score.text(),
                score.ratioTo(defaults),
                mebibytes(runs.stream()
                        .mapToLong(run -> run.usage().peakResidentBytes())
                        .max()
                        .orElse(0)),
                mebibytes(runs.stream()
                        .mapToLong(run -> run.outcome().offHeapBytes())
                        .max()
                        .orElse(0)),
                verdict(score, defaults));
    }

    private static String verdict(Score score, Score defaults) {
        if (score.equals(defaults)) {
            return "";
        }
        if (score.isBetterThan(defaults)) {
            return "better";
        }
        return defaults.isBetterThan(score) ? "worse" : "within the noise";
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
    }
}
