package dev.millrace.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.bench.run.Json;
import dev.millrace.bench.run.ResultFile;
import dev.millrace.bench.workload.Workload;
import dev.millrace.bench.workload.Workloads;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... args) {
        return BenchCommand.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    private Path keyedCount(String file) {
        Path json = directory.resolve(file);
        int code = run(
                "run",
                "keyed-count",
                "--events",
                "2e4",
                "--keys",
                "1e3",
                "--runs",
                "2",
                "--memory",
                "64MiB",
                "--json",
                json.toString());
        assertEquals(0, code, err::toString);
        return json;
    }

    @Test
    void listsEveryWorkload() {
        assertEquals(0, run("list"));
        for (Workload workload : Workloads.all()) {
            assertTrue(out.toString().contains(workload.name() + " "), workload.name());
        }
    }

    @Test
    void runsOnlyTheRivalsThatAreNamed() throws Exception {
        Path json = directory.resolve("some.json");
        String[] command = {
            "run",
            "keyed-count",
            "--events",
            "1e4",
            "--keys",
            "100",
            "--runs",
            "1",
            "--memory",
            "64MiB",
            "--beside",
            "HashMap"
        };
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--json", json.toString()));
        assertEquals(0, run(arguments.toArray(new String[0])), err::toString);
        assertEquals(
                List.of("millrace", "HashMap"),
                Json.list(ResultFile.read(json), "contenders").stream()
                        .map(contender -> contender.get("name"))
                        .toList());
        command[command.length - 1] = "HasMap";
        assertEquals(2, run(command));
        assertTrue(err.toString().contains("rival=HasMap, rivals=[hand-written, "), err::toString);
    }

    @Test
    void writesWhatWasMeasuredOfEveryContender() throws Exception {
        Map<String, Object> result = ResultFile.read(keyedCount("a.json"));
        assertEquals("keyed-count", result.get("workload"));
        assertEquals(20_000, Json.number(result, "parameters", "events"));
        assertTrue(Json.number(result, "limits", "randomTouchNanos") > 0);
        List<Map<String, Object>> contenders = Json.list(result, "contenders");
        assertEquals(Workloads.named("keyed-count").contenders().size(), contenders.size());
        for (Map<String, Object> contender : contenders) {
            assertEquals(1000, Json.number(contender, "outputs"));
            double min = Json.number(contender, "eventsPerSecond", "min");
            double median = Json.number(contender, "eventsPerSecond", "median");
            double max = Json.number(contender, "eventsPerSecond", "max");
            assertTrue(0 < min && min <= median && median <= max);
        }
        assertTrue(Json.number(contenders.get(0), "epochs", "count") > 0);
        assertTrue(Json.number(contenders.get(0), "offHeapBytes", "median") > 0);
        assertTrue(Json.number(contenders.get(0), "epochs", "stallMicros", "max") > 0);
        String table = out.toString();
        for (String column : List.of("cpu ns/e", "heap B/e", "GCs", "peak RSS", "off-heap", "others", "task held up")) {
            assertTrue(table.contains(column), column);
        }
    }

    @Test
    void triesSettingsBesideTheDefaultsAndSaysWhatToSet() {
        int code = run(
                "tune",
                "map-filter",
                "--events",
                "2e4",
                "--runs",
                "2",
                "--sweep",
                "memory.misuse=off",
                "--sweep",
                "memory.tier.magazine-blocks=16,64");
        assertEquals(0, code, err::toString);
        String table = out.toString();
        for (String variant : List.of("defaults", "memory.misuse=off", "magazine-blocks=16", "magazine-blocks=64")) {
            assertTrue(table.contains(variant), variant);
        }
        assertTrue(table.contains("Leave everything as it is") || table.contains("Set this"), table);
    }

    @Test
    void makesAPageThatNeedsNothingElse() throws Exception {
        keyedCount("a.json");
        Path images = directory.resolve("images");
        assertEquals(0, run("report", directory.toString(), "--images", images.toString()), err::toString);
        assertTrue(Files.size(images.resolve("keyed-count.png")) > 1000);
        String page = Files.readString(directory.resolve("report.html"));
        assertTrue(page.contains("<h2>keyed-count</h2>"));
        assertTrue(page.contains("disruptor+fastutil"));
        assertTrue(page.contains("class=\"ours\""));
        String table = page.substring(page.indexOf("<div class=\"wide\">"), page.indexOf("</table></div>"));
        int rows = Workloads.named("keyed-count").contenders().size();
        assertEquals(table.split("<th>", -1).length - 1, (table.split("<td>", -1).length - 1) / rows, "columns");
        assertTrue(page.contains("a task was held up for"));
        assertFalse(page.contains("http"), "a link to the network");
        assertFalse(page.contains("NaN") || page.contains("Infinity"));
    }

    @Test
    void comparesByTheRatioToRivalsOfTheSameRun() throws Exception {
        Path before = keyedCount("before.json");
        Map<String, Object> result = ResultFile.read(before);
        scale(result, 1, 0.5);
        Path faster = directory.resolve("machine-half-as-fast.json");
        ResultFile.write(faster, result);
        assertEquals(0, run("compare", before.toString(), faster.toString()), err::toString);
        scale(result, 0.5, 1);
        Path slower = directory.resolve("engine-half-as-fast.json");
        ResultFile.write(slower, result);
        assertEquals(CompareCommand.SLOWER, run("compare", before.toString(), slower.toString()));
        assertTrue(out.toString().contains("-50.0 %"), out::toString);
    }

    /** Makes the engine slower, and everyone slower. */
    private static void scale(Map<String, Object> result, double engine, double everyone) {
        for (Map<String, Object> contender : Json.list(result, "contenders")) {
            Map<String, Object> rate = Json.object(contender, "eventsPerSecond");
            double factor = contender.get("name").equals("millrace") ? engine * everyone : everyone;
            rate.replaceAll((name, value) -> ((Number) value).doubleValue() * factor);
        }
    }

    @Test
    void refusesWhatItCannotDoInOneLine() {
        assertEquals(BenchCommand.REFUSED, run("run", "keyed-count", "--events", "many"));
        assertEquals(BenchCommand.REFUSED, run("run", "nothing"));
        assertEquals(BenchCommand.REFUSED, run("run", "keyed-count", "--events", "0"));
        assertEquals(BenchCommand.REFUSED, run("run", "keyed-count", "--runs", "0"));
        assertEquals(
                BenchCommand.REFUSED, run("report", directory.resolve("missing").toString()));
        assertEquals(BenchCommand.REFUSED, run("report", directory.toString()));
        assertEquals(BenchCommand.REFUSED, run("codecs", "--fast"));
        assertEquals(BenchCommand.REFUSED, run("index", "--entries", "10"));
        assertEquals(BenchCommand.REFUSED, run("run", "flights", "--events", "10"));
        assertEquals(BenchCommand.REFUSED, run("run", "map-filter", "--events", "10", "--set", "linger-longer=1"));
        assertEquals(BenchCommand.REFUSED, run("tune", "--runs", "1"));
        assertEquals(BenchCommand.REFUSED, run("tune", "--sweep", "memory.huge-pages"));
        long refusals = err.toString()
                .lines()
                .filter(line -> line.startsWith("millrace bench: "))
                .count();
        assertEquals(12, refusals, err::toString);
    }
}
