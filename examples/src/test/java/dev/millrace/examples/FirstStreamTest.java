package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstStreamTest {
    private static final Path SOURCE = Path.of("src/main/java/dev/millrace/examples/FirstStream.java");
    private static final String BEGIN = "    // tag::readme";
    private static final String END = "    // end::readme";

    @TempDir
    private Path directory;

    @Test
    void countsFlightsPerAirportAndHour() throws Exception {
        Path input = Files.write(
                directory.resolve("flights.csv"),
                List.of(
                        "scheduled,delay,distance,origin,destination",
                        "2001-01-01 00:03,-20,1946,LAX,ATL",
                        "2001-01-01 01:03,0,1946,LAX,ATL",
                        "2001-01-01 00:59,70,2472,LAX,JFK",
                        "2001-01-01 01:10,0,300,LAX,SFO"));
        Path output = directory.resolve("busy.csv");
        FirstStream.main(new String[] {
            input.toString(), output.toString(), directory.resolve("state").toString()
        });
        List<String> lines = Files.readAllLines(output);
        assertEquals("airport,hour,flights", lines.get(0));
        assertEquals(
                List.of("LAX,2001-01-01 00:00,2", "LAX,2001-01-01 01:00,1"),
                lines.stream().skip(1).sorted().toList());
    }

    @Test
    void theReadmeShowsWhatIsCompiledHere() throws IOException {
        List<String> source = Files.readAllLines(SOURCE);
        String shown = String.join("\n", source.subList(source.indexOf(BEGIN) + 1, source.indexOf(END)))
                .stripIndent();
        String readme = Files.readString(Invocation.HOME.resolve("README.md"));
        assertTrue(readme.contains("```java\n" + shown + "\n```"), () -> "not in the README:\n" + shown);
    }
}
