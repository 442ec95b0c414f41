package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class EngineConfigTest {
    private static final EngineConfig CONFIG = EngineConfig.of(Path.of("state"));

    private static void refuses(String message, Executable action) {
        String told = assertThrows(IllegalArgumentException.class, action).getMessage();
        assertTrue(told.contains(message), () -> "says not " + message + ": " + told);
    }

    @Test
    void beginsWithTheDefaultsItTells() {
        assertEquals(
                new EngineConfig(Path.of("state"), 256 << 20, 1, StoreKind.MAPDB, Duration.ofMillis(100), false),
                CONFIG);
    }

    @Test
    void changesOneThingAndKeepsTheOthers() {
        EngineConfig changed = CONFIG.memory("1GiB")
                .parallelism(3)
                .store(StoreKind.ROCKSDB)
                .epochInterval(Duration.ofSeconds(2))
                .pinsWorkers(true);
        EngineConfig expected =
                new EngineConfig(Path.of("state"), 1 << 30, 3, StoreKind.ROCKSDB, Duration.ofSeconds(2), true);
        assertEquals(expected, changed);
        assertEquals(expected, changed.memoryBytes(1 << 30));
    }

    @Test
    void refusesPagesAndChannelsThatCannotBe() {
        assertEquals(
                16 << 10, CONFIG.flow(flow -> flow.pageBytes(16 << 10)).flow().pageBytes());
        refuses("pageBytes=5000", () -> CONFIG.flow(flow -> flow.pageBytes(5000)));
        refuses("pageBytes=2097152", () -> CONFIG.flow(flow -> flow.pageBytes(2 << 20)));
        refuses("channelPages=1", () -> CONFIG.flow(flow -> flow.channelPages(1)));
        refuses("batchEvents=0", () -> CONFIG.flow(flow -> flow.batchEvents(0)));
        refuses("linger=PT-1S", () -> CONFIG.flow(flow -> flow.linger(Duration.ofSeconds(-1))));
        refuses("linger=PT2M", () -> CONFIG.flow(flow -> flow.linger(Duration.ofMinutes(2))));
    }

    @Test
    void refusesMemoryThatIsNone() {
        refuses("memoryBytes=0", () -> CONFIG.memoryBytes(0));
        refuses("memoryBytes=-1", () -> CONFIG.memoryBytes(-1));
        refuses("memoryBytes=0", () -> CONFIG.memory("0MiB"));
        refuses("not a size", () -> CONFIG.memory("much"));
    }

    @Test
    void refusesMorePartitionsThanKeyGroups() {
        assertEquals(1, CONFIG.parallelism(1).parallelism());
        assertEquals(128, CONFIG.parallelism(EngineConfig.MAX_PARALLELISM).parallelism());
        refuses("parallelism=0", () -> CONFIG.parallelism(0));
        refuses("from 1 to 128", () -> CONFIG.parallelism(129));
    }

    @Test
    void refusesIntervalsBelowAMillisecondAndAboveADay() {
        Duration shortest = Duration.ofMillis(1);
        Duration longest = Duration.ofDays(1);
        assertEquals(shortest, CONFIG.epochInterval(shortest).epochInterval());
        assertEquals(longest, CONFIG.epochInterval(longest).epochInterval());
        refuses("from 1 ms to 1 day: epochInterval=PT0.000999999S", () -> CONFIG.epochInterval(shortest.minusNanos(1)));
        refuses("epochInterval=PT0S", () -> CONFIG.epochInterval(Duration.ZERO));
        refuses("epochInterval=PT-1S", () -> CONFIG.epochInterval(Duration.ofSeconds(-1)));
        refuses("epochInterval=PT24H0.000000001S", () -> CONFIG.epochInterval(longest.plusNanos(1)));
    }

    @Test
    @SuppressWarnings("NullAway")
    void refusesToLackADirectoryOrAStore() {
        assertThrows(NullPointerException.class, () -> EngineConfig.of(null));
        assertThrows(NullPointerException.class, () -> CONFIG.store(null));
    }
}
