package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.Setting;
import dev.millrace.allocator.TierSizes;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsFileTest {
    @TempDir
    private Path directory;

    @Test
    void readsEverySettingOfAFile() throws IOException {
        EngineConfig config = EngineConfig.load(file(
                "# what a comment says does not matter \\",
                "memory=1GiB",
                "memory.reserve = 20MiB",
                "memory.pool.index.min: 64MiB",
                "memory.pool.index.max=512MiB",
                "memory.operator.max=100MiB",
                "memory.node.2.max=600MiB",
                "memory.huge-pages=off",
                "memory.pre-touch=on",
                "memory.numa=interleave",
                "memory.misuse=CHECK",
                "memory.leak-sample-interval=0",
                "memory.container-check=off",
                "memory.tier.magazine-blocks=64",
                "memory.tier.magazine-bytes=512KiB",
                "memory.tier.own-magazines=3",
                "memory.tier.depot-magazines=16",
                "memory.tier.inbox-blocks=8",
                "memory.tier.floor=4MiB",
                "memory.tier.decay=2s",
                "state-directory=my\\",
                "   state",
                "parallelism=2",
                "store=rocksdb",
                "epoch-interval=250ms",
                "pin-workers=on"));
        AllocatorConfig memory = AllocatorConfig.builder()
                .memory("1GiB")
                .reserveBytes(20 << 20)
                .pool(MemoryPool.INDEX, new MemoryLimits(64 << 20, 512 << 20))
                .operators(MemoryLimits.atMost(100 << 20))
                .node(2, MemoryLimits.atMost(600 << 20))
                .hugePages(AllocatorConfig.HugePages.OFF)
                .preTouches(true)
                .numa(AllocatorConfig.Numa.INTERLEAVE)
                .misuse(AllocatorConfig.Misuse.CHECK)
                .leakSampleInterval(0)
                .checksContainer(false)
                .tiers(new TierSizes(64, 512 << 10, 3, 16, 8, 4 << 20, Duration.ofSeconds(2)))
                .build();
        assertEquals(
                new EngineConfig(
                        directory.resolve("mystate"), memory, 2, StoreKind.ROCKSDB, Duration.ofMillis(250), true),
                config);
    }

    @Test
    void keepsWhatAFileDoesNotMention() throws IOException {
        EngineConfig base = EngineConfig.of(Path.of("elsewhere")).parallelism(3).memory("512MiB");
        assertEquals(base.parallelism(4), base.with(file("parallelism=4")));
        assertEquals(base, base.with(file("")));
    }

    @Test
    void appliesTheSizeOfMemoryBeforeWhatIsMeasuredByIt() throws IOException {
        EngineConfig config = EngineConfig.of(Path.of("s")).with(file("memory.reserve=200MiB", "memory=1GiB"));
        assertEquals(200 << 20, config.allocator().reserve());
    }

    @Test
    void theSampleHoldsEverySettingWithTheDefaultThatIsInForce() throws IOException {
        String sample = EngineConfig.sampleFile();
        assertTrue(sample.lines().allMatch(line -> line.isEmpty() || line.startsWith("#")), sample);
        EngineConfig defaults = EngineConfig.of(directory.resolve("state"));
        assertEquals(defaults, EngineConfig.of(Path.of("other")).with(file(sample, "state-directory=state")));
        List<String> uncommented = sample.lines()
                .filter(line -> line.matches("#[a-z].*"))
                .map(line -> line.substring(1).replace(".N.", ".0."))
                .toList();
        assertEquals(EngineSettings.all().size(), uncommented.size());
        assertEquals(defaults, EngineConfig.load(file(uncommented.toArray(String[]::new))));
        for (Setting<EngineConfig> setting : EngineSettings.all()) {
            assertTrue(
                    sample.contains("\n# " + setting.help() + "\n# " + setting.values() + "\n#" + setting.key() + "="));
        }
    }

    @Test
    void refusesASettingThatDoesNotExistAndNamesTheNearest() throws IOException {
        refuses("line=2, key=memroy, nearest=memory; mend the key", "parallelism=2", "memroy=1GiB");
        refuses("key=memory.pool.indx.min, nearest=memory.pool.index.min", "memory.pool.indx.min=1MiB");
        refuses("key=memory.pool.heap.max, nearest=memory.pool.", "memory.pool.heap.max=1MiB");
        refuses("key=memory.node.x.max, nearest=memory.node.N.max", "memory.node.x.max=1MiB");
        refuses("key=memory.node.N.max", "memory.node.N.max=1MiB");
        refuses("key=Parallelism, nearest=parallelism", "Parallelism=2");
    }

    @Test
    void refusesAValueWithItsLineItsLimitAndTheFix() throws IOException {
        refuses("line=1, key=memory, value=\"12XB\", allowed=1MiB to 4096GiB: not a size", "memory=12XB");
        refuses("write 256MiB", "memory=12XB");
        refuses("memoryBytes=1024, minBytes=1048576", "memory=1KiB");
        refuses("ask for at least 1 MiB", "memory=1KiB");
        refuses("value=\"-1\", allowed=0 or more: leak sample interval below zero", "memory.leak-sample-interval=-1");
        refuses("say 0 for no samples", "memory.leak-sample-interval=-1");
        refuses("value=\"33\", allowed=2 to 1024, a power of two", "memory.tier.depot-magazines=33");
        refuses("depotMagazines=33, min=2, max=1024; take 32 or 64", "memory.tier.depot-magazines=33");
        refuses(
                "line=3, key=memory.pool.index.max, value=\"1MiB\"",
                "",
                "memory.pool.index.min=2MiB",
                "memory.pool.index.max=1MiB");
        refuses(
                "minBytes=2097152, maxBytes=1048576; lower the minimum to 1048576",
                "memory.pool.index.min=2MiB",
                "memory.pool.index.max=1MiB");
        refuses("reserveBytes=209715200, min=0, max=134217728", "memory.reserve=200MiB");
        refuses("a hundredth is plenty", "memory.reserve=200MiB");
        refuses("not one of the words: \"maybe\"; write one of required|preferred|interleave|off", "memory.numa=maybe");
        refuses("write one of required|preferred|off", "memory.huge-pages=yes");
        refuses("not a switch: \"1\"; write on or off", "memory.pre-touch=1");
        refuses("not a whole number: \"many\"", "parallelism=many");
        refuses("parallelism must be from 1 to 128", "parallelism=129");
        refuses("not a duration: \"100\"; write a whole number of ms, s, m or h", "epoch-interval=100");
        refuses("epoch interval must be from 1 ms to 1 day", "epoch-interval=25h");
        refuses("write one of mapdb|rocksdb", "store=h2");
        refuses("magazineBlocks=1, min=2, max=4096; start from", "memory.tier.magazine-blocks=1");
        refuses("decay out of range: decay=PT25H", "memory.tier.decay=25h");
    }

    @Test
    void refusesASettingThatIsThereTwice() throws IOException {
        refuses("line=4, key=memory, first=2; remove one", "", "memory=1GiB", "# again", "memory = 2GiB");
    }

    @Test
    void refusesAFileThatCannotBeRead() throws IOException {
        Path missing = directory.resolve("missing.properties");
        String told = assertThrows(IllegalArgumentException.class, () -> EngineConfig.load(missing))
                .getMessage();
        assertTrue(told.contains("file=" + missing) && told.contains("name a readable file"), told);
        Path large = Files.write(directory.resolve("large"), new byte[(int) SettingsFile.MAX_BYTES + 1]);
        told = assertThrows(IllegalArgumentException.class, () -> EngineConfig.load(large))
                .getMessage();
        assertTrue(told.contains("bytes=1048577, limitBytes=1048576; name a file of lines"), told);
        Path binary = Files.write(directory.resolve("binary"), new byte[] {'a', '=', (byte) 0xff, (byte) 0xfe});
        assertThrows(IllegalArgumentException.class, () -> EngineConfig.load(binary));
        refuses("line is damaged", "memory=\\uZZZZ");
    }

    @Test
    void refusesAFileWithoutAStateDirectory() throws IOException {
        Path file = file("memory=1GiB");
        String told = assertThrows(IllegalArgumentException.class, () -> EngineConfig.load(file))
                .getMessage();
        assertTrue(told.contains("key=state-directory; add a line such as state-directory=state"), told);
    }

    @Test
    void saysOfEverySettingWhereItsValueComesFrom() {
        EngineConfig config = EngineConfig.of(Path.of("here")).parallelism(2).memory("128MiB");
        String text = config.describe();
        assertTrue(line(text, "state-directory").matches("state-directory +here +given .*"), text);
        assertTrue(line(text, "parallelism").matches("parallelism +2 +given .*"), text);
        assertTrue(line(text, "epoch-interval").matches("epoch-interval +100ms +default .*"), text);
        assertTrue(line(text, "memory ").matches("memory +128MiB +given .*"), text);
        assertTrue(line(text, "memory.reserve").matches("memory.reserve +2MiB +derived .*"), text);
        assertTrue(line(text, "memory.numa").matches("memory.numa +preferred +default .*"), text);
        String ofNode = EngineConfig.of(Path.of("x"))
                .allocator(memory -> memory.node(3, MemoryLimits.atMost(1 << 20)))
                .describe();
        assertTrue(line(ofNode, "memory.node.3.max").matches("memory.node.3.max +1MiB +given .*"), ofNode);
    }

    @Test
    void anEngineReportsWhatCameOfItsSettings() {
        EngineConfig config = EngineConfig.of(directory.resolve("state")).memory("16MiB");
        try (Engine engine = Engine.open(config)) {
            String report = engine.startReport();
            for (String part : List.of("parallelism", "memory:     16.0 MiB budget", "container:", "worker 0:")) {
                assertTrue(report.contains(part), () -> "lacks " + part + ":\n" + report);
            }
        }
    }

    private void refuses(String part, String... lines) throws IOException {
        EngineConfig base = EngineConfig.of(Path.of("state"));
        Path file = file(lines);
        String told = assertThrows(IllegalArgumentException.class, () -> base.with(file), part)
                .getMessage();
        assertTrue(told.contains(part), () -> "says not " + part + ": " + told);
        assertTrue(told.contains("file=" + file), told);
    }

    private static String line(String text, String beginning) {
        return text.lines()
                .filter(line -> line.startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line for " + beginning + ":\n" + text));
    }

    private Path file(String... lines) throws IOException {
        return Files.writeString(
                directory.resolve("millrace.properties"), String.join("\n", lines), StandardCharsets.UTF_8);
    }

    private static String originOf(String key, EngineConfig config) {
        return config.effectiveConfig().stream()
                .filter(setting -> setting.key().equals(key))
                .map(setting -> setting.value() + " from " + setting.origin())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tellsOfEverySettingInForceWhereItComesFrom() throws IOException {
        Path file = directory.resolve("engine.properties");
        Files.writeString(file, "state-directory=state\n\nparallelism=3\nstore=rocksdb\nmemory=1GiB\n");
        EngineConfig config = EngineConfig.load(file).store(StoreKind.MAPDB).epochInterval(Duration.ofSeconds(2));
        assertEquals("3 from " + file + ":3", originOf("parallelism", config));
        assertEquals("1GiB from " + file + ":5", originOf("memory", config));
        assertEquals(directory.resolve("state") + " from " + file + ":1", originOf("state-directory", config));
        assertEquals("mapdb from default", originOf("store", config), "the program has the last word");
        assertEquals("2s from program", originOf("epoch-interval", config));
        assertEquals("off from default", originOf("pin-workers", config));
        Path other = directory.resolve("other.properties");
        Files.writeString(other, "parallelism=4\n");
        assertEquals("4 from " + other + ":1", originOf("parallelism", config.with(other)));
    }

    @Test
    void whereASettingComesFromMakesNoDifference() throws IOException {
        Path file = directory.resolve("engine.properties");
        Files.writeString(file, "parallelism=3\n");
        EngineConfig ofProgram = EngineConfig.of(directory).parallelism(3);
        assertEquals(ofProgram, EngineConfig.of(directory).with(file));
        assertEquals(ofProgram.hashCode(), EngineConfig.of(directory).with(file).hashCode());
    }
}
