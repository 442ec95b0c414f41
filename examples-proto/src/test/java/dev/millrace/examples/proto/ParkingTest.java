package dev.millrace.examples.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.serde.Key;
import dev.millrace.serde.Tag;
import dev.millrace.serde.Timestamp;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParkingTest {
    @TempDir
    private Path directory;

    @Test
    void countsArrivalsPerCarParkAndHour() throws Exception {
        Path input = Files.write(
                directory.resolve("passages.csv"),
                List.of(
                        "time,park,direction",
                        "2026-11-22 08:01,North,IN",
                        "2026-11-22 08:40,North,IN",
                        "2026-11-22 08:41,South,IN",
                        "2026-11-22 08:55,North,OUT",
                        "2026-11-22 09:10,North,IN"));
        Path output = directory.resolve("arrivals.csv");
        Parking.main(new String[] {
            input.toString(), output.toString(), directory.resolve("state").toString()
        });
        List<String> lines = Files.readAllLines(output);
        assertEquals("park,hour,cars", lines.get(0));
        assertEquals(
                List.of("North,2026-11-22 08:00,2", "North,2026-11-22 09:00,1", "South,2026-11-22 08:00,1"),
                lines.stream().skip(1).sorted().toList());
    }

    @Test
    void theOptionsOfTheFileAreOnTheRecord() {
        RecordComponent[] components = Passage.class.getRecordComponents();
        assertTrue(components[0].isAnnotationPresent(Timestamp.class));
        assertTrue(components[1].isAnnotationPresent(Key.class));
        assertEquals(3, components[2].getAnnotation(Tag.class).value());
        assertEquals(1, Passage.VERSION);
    }
}
