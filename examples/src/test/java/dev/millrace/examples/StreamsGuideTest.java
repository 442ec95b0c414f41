package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.Job;
import dev.millrace.engine.SourceState;
import dev.millrace.engine.stream.Pipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide to streams shows code that is compiled and runs, and what it prints. */
final class StreamsGuideTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/millrace/examples");
    private static final Path GUIDE = Invocation.HOME.resolve("docs/streams.md");

    @TempDir
    private Path directory;

    private Engine open() {
        return Engine.open(
                EngineConfig.of(directory.resolve("state")).memory("64MiB").parallelism(2));
    }

    private Path lines(String name, String... lines) throws IOException {
        return Files.write(directory.resolve(name), List.of(lines));
    }

    private static List<String> sorted(Path file) throws IOException {
        return Files.readAllLines(file).stream().skip(1).sorted().toList();
    }

    @Test
    void countsWords() throws Exception {
        Path input = lines(
                "lines.csv",
                "time,text",
                "2001-01-01 00:00:01,to be or not to be",
                "2001-01-01 00:00:04,be",
                "2001-01-01 00:00:05,or");
        ConcurrentLinkedQueue<String> out = new ConcurrentLinkedQueue<>();
        try (Engine engine = open()) {
            ShortStreams.WordCount.count(engine, input, out::add);
        }
        assertEquals(
                List.of("be 3", "not 1", "or 1", "or 1", "to 2"),
                out.stream().sorted().toList());
    }

    @Test
    void findsSessions() throws Exception {
        Path input = lines(
                "visits.csv",
                "user,time",
                "ann,2001-01-01 08:00",
                "ann,2001-01-01 08:20",
                "bob,2001-01-01 08:21",
                "ann,2001-01-01 09:00");
        Path sessions = directory.resolve("sessions.csv");
        try (Engine engine = open()) {
            ShortStreams.Sessions.find(engine, input, sessions);
        }
        assertEquals(
                List.of(
                        "ann,2001-01-01 08:00,2001-01-01 08:50",
                        "ann,2001-01-01 09:00,2001-01-01 09:30",
                        "bob,2001-01-01 08:21,2001-01-01 08:51"),
                sorted(sessions));
    }

    @Test
    void partsAndJoinsOrders() throws Exception {
        Path web = lines("web.csv", "number,country,amount", "1,SE,2", "2,SE,0", "3,FI,500");
        Path shop = lines("shop.csv", "number,country,amount", "4,NO,1");
        Path items = directory.resolve("items.csv");
        Path refused = directory.resolve("refused.csv");
        ConcurrentLinkedQueue<Long> large = new ConcurrentLinkedQueue<>();
        Pipeline pipeline = ShortStreams.Orders.pipeline(web, shop, items, refused, order -> large.add(order.number()));
        try (Engine engine = open()) {
            engine.run(pipeline).await();
        }
        assertEquals(List.of("1,0", "1,1", "4,0"), sorted(items));
        assertEquals(List.of("2,nothing ordered"), sorted(refused));
        assertEquals(List.of(3L), List.copyOf(large));
        String guide = Files.readString(GUIDE);
        for (String line : pipeline.explain(2).lines().toList()) {
            assertTrue(
                    guide.contains(line), () -> "not in the guide: " + line + "\nall of it:\n" + pipeline.explain(2));
        }
    }

    @Test
    void countsReadingsOfTwoSourcesAndSaysWhereTimeStands() throws Exception {
        Path fast = lines("fast.csv", "sensor,time,celsius", "a,2001-01-01 00:00:01,1.5", "b,2001-01-01 00:02:00,2.5");
        Path slow = lines("slow.csv", "sensor,time,celsius", "a,2001-01-01 00:00:59,3.5");
        ConcurrentLinkedQueue<String> out = new ConcurrentLinkedQueue<>();
        try (Engine engine = open()) {
            Job job = engine.run(ShortStreams.Time.pipeline(fast, slow, out::add));
            job.await();
            assertTrue(job.whyWaiting("counts").contains("no window is open"), () -> job.whyWaiting("counts"));
            assertTrue(
                    job.timeReport().sources().stream().allMatch(source -> source.state() == SourceState.FINISHED),
                    () -> job.timeReport().describe());
            String message = assertThrows(IllegalArgumentException.class, () -> job.whyWaiting("count"))
                    .getMessage();
            assertTrue(message.contains("windows=[counts]"), message);
        }
        assertEquals(List.of("a 2", "b 1"), out.stream().sorted().toList());
    }

    @Test
    void pricesSales() throws Exception {
        Path prices = lines("prices.csv", "product,cents", "tea,120");
        Path sales = lines("sales.csv", "number,product,count", "1,salt,1", "2,salt,5");
        Path priced = directory.resolve("priced.csv");
        try (Engine engine = open()) {
            engine.run(BroadcastJoin.pipeline(sales, prices, priced)).await();
        }
        assertEquals(List.of(), sorted(priced)); // nothing has the price of salt, whichever file is read first
    }

    @Test
    void raisesAlarmsInsideAProgram() throws Exception {
        ConcurrentLinkedQueue<Embedding.Reading> alarms = new ConcurrentLinkedQueue<>();
        List<Embedding.Reading> readings = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            readings.add(new Embedding.Reading("s" + i, i % 100));
        }
        Embedding.watch(directory.resolve("state"), readings, alarms::add);
        assertEquals(5000 / 100 * 9, alarms.size());
        Embedding.main(new String[] {directory.resolve("other").toString()});
    }

    @Test
    void readsADirectoryOfOrders() throws Exception {
        Path incoming = Files.createDirectory(directory.resolve("incoming"));
        String items = "{\"name\":\"a\",\"count\":1},{\"name\":\"b\",\"count\":2},{\"name\":\"c\",\"count\":3}";
        String large = "{\"number\":7,\"time\":\"2001-01-31T00:00:00Z\",\"items\":[" + items + "]}";
        Files.write(incoming.resolve("1.jsonl"), List.of(large.replace(items, ""), large));
        Files.write(incoming.resolve("2.jsonl"), List.of(large));
        Path out = directory.resolve("large.jsonl");
        try (Engine engine = open()) {
            engine.run(Edges.Orders.pipeline(incoming, out)).await();
        }
        assertEquals(List.of(large, large), Files.readAllLines(out));
    }

    @Test
    void takesPaymentsThatSurvive() throws Exception {
        Path out = directory.resolve("payments.csv");
        List<Edges.Payments.Payment> payments = List.of(new Edges.Payments.Payment(1, 2));
        Edges.Payments.take(directory.resolve("state"), out, payments);
        Edges.Payments.take(directory.resolve("state"), out, payments);
        assertTrue(Files.exists(out));
    }

    @Test
    void theGuideShowsWhatIsCompiledHere() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String name : List.of(
                "ShortStreams.java",
                "Enrichment.java",
                "Embedding.java",
                "Edges.java",
                "IntervalJoin.java",
                "BroadcastJoin.java")) {
            Files.readAllLines(SOURCES.resolve(name))
                    .forEach(line -> sources.append(line.strip()).append('\n'));
        }
        List<String> blocks = javaBlocks();
        assertFalse(blocks.isEmpty());
        for (String block : blocks) {
            assertTrue(sources.indexOf(block) >= 0, () -> "not in the sources:\n" + block);
        }
    }

    @Test
    void shortProgramsAreShort() throws IOException {
        TreeMap<String, Integer> lengths = new TreeMap<>();
        List<String> source = Files.readAllLines(SOURCES.resolve("ShortStreams.java"));
        for (String name : List.of("words", "sessions")) {
            int from = source.indexOf("        // tag::" + name) + 1;
            int to = source.indexOf("        // end::" + name);
            lengths.put(name, (int) source.subList(from, to).stream()
                    .filter(line -> !line.isBlank())
                    .count());
        }
        lengths.forEach((name, length) -> assertTrue(length <= 12, name + ": lines=" + length));
    }

    private static List<String> javaBlocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : Files.readAllLines(GUIDE)) {
            if (line.equals("```java")) {
                block = new StringBuilder();
            } else if (line.equals("```") && block != null) {
                blocks.add(block.toString());
                block = null;
            } else if (block != null) {
                block.append(line.strip()).append('\n');
            }
        }
        return blocks;
    }
}
