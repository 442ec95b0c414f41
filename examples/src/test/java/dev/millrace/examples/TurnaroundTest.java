package dev.millrace.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.engine.Engine;
import dev.millrace.engine.EngineConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TurnaroundTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void tellsHowLongEachAircraftStood(int parallelism) throws Exception {
        Path input = Files.write(
                directory.resolve("movements.csv"),
                List.of(
                        "time,tail,airport,landing",
                        "2001-01-01 05:00,N1,LAX,false",
                        "2001-01-01 06:00,N1,SFO,true",
                        "2001-01-01 06:05,N2,SFO,true",
                        "2001-01-01 06:40,N1,SFO,false",
                        "2001-01-01 07:00,N3,ATL,true",
                        "2001-01-01 07:15,N2,SFO,false",
                        "2001-01-01 07:20,N3,ATL,true",
                        "2001-01-01 07:30,N3,ATL,false",
                        "2001-01-01 09:00,N3,ORD,false"));
        Path output = directory.resolve("stays.csv");
        EngineConfig config = EngineConfig.of(directory.resolve("state")).parallelism(parallelism);
        try (Engine engine = Engine.open(config)) {
            engine.run(Turnaround.build(input, output)).await();
        }
        List<String> lines = Files.readAllLines(output);
        assertEquals("tail,airport,landed,minutes", lines.get(0));
        assertEquals(
                List.of("N1,SFO,2001-01-01 06:00,40", "N2,SFO,2001-01-01 06:05,70", "N3,ATL,2001-01-01 07:20,10"),
                lines.stream().skip(1).sorted().toList());
    }
}
