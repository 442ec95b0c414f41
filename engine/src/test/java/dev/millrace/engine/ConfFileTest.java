package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.MemoryLimits;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.allocator.Setting;
import dev.millrace.state.StoreKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfFileTest {
    @TempDir
    private Path directory;

    @Test
    void readsSectionsKeysWithDotsAndBoth() throws IOException {
        EngineConfig config = EngineConfig.load(file(
                "# what a comment says does not matter {",
                "state-directory = \"my state\" // nor this",
                "parallelism: 2, store = rocksdb",
                "epoch-interval = 250 ms",
                "pin-workers = true",
                "memory {",
                "  size = 1GiB",
                "  pool { index { min = 64MiB, max = 512MiB } }",
                "  \"huge-pages\" = off",
                "  container-check = false",
                "  leak-sample-interval = 0",
                "}",
                "memory.operator.max = 100MiB",
                "memory.node.2 { max = 600MiB }"));
        AllocatorConfig memory = AllocatorConfig.builder()
                .memory("1GiB")
                .pool(MemoryPool.INDEX, new MemoryLimits(64 << 20, 512 << 20))
                .operators(MemoryLimits.atMost(100 << 20))
                .node(2, MemoryLimits.atMost(600 << 20))
                .hugePages(AllocatorConfig.HugePages.OFF)
                .leakSampleInterval(0)
                .checksContainer(false)
                .build();
        assertEquals(
                new EngineConfig(
                        directory.resolve("my state"), memory, 2, StoreKind.ROCKSDB, Duration.ofMillis(250), true),
                config);
    }

    @Test
    void readsJson() throws IOException {
        Path json = Files.writeString(
                directory.resolve("engine.json"),
                "{\"state-directory\": \"s\", \"parallelism\": 3, \"memory\": {\"size\": \"64MiB\"}}");
        assertEquals(EngineConfig.of(directory.resolve("s")).parallelism(3).memory("64MiB"), EngineConfig.load(json));
    }

    @Test
    void theBudgetMayBeAValueIfNothingElseIsSaidAboutMemory() throws IOException {
        assertEquals(
                1L << 30, EngineConfig.of(directory).with(file("memory = 1GiB")).memoryBytes());
    }

    @Test
    void refusesABudgetThatOtherSettingsOfMemoryWouldReplace() throws IOException {
        refuses(
                "line=2, key=memory: a section where a value is; write memory.size",
                "memory = 1GiB",
                "memory.pool.index.min = 64MiB");
        refuses("key=memory: a section where a value is; write memory.size", "memory = 1GiB", "memory { }");
        refuses(
                "key=memory: a section where a value is",
                "memory = 1GiB",
                "memory.size = 2GiB",
                "memory { pre-touch = on }");
    }

    @Test
    void refusesOtherSettingsOfMemoryThatABudgetWouldReplace() throws IOException {
        refuses(
                "line=2, key=memory: a value where a section is; write memory.size",
                "memory.pool.index.min = 64MiB",
                "memory = 1GiB");
        refuses("line=2, key=memory: a value where a section is", "memory { node.3.max = 64MiB }", "memory = 1GiB");
        refuses("line=2, key=memory: a value where a section is", "memory.size = 64MiB", "memory = 1GiB");
    }

    @Test
    void ofAKeyThatIsThereTwiceTheLastValueCounts() throws IOException {
        EngineConfig config = EngineConfig.of(directory).with(file("parallelism = 2", "parallelism = 4"));
        assertEquals(4, config.parallelism());
        refuses("line=2, key=memory.size, first=1; remove one", "\"memory.size\" = 1GiB", "memory.size = 2GiB");
    }

    @Test
    void tellsTheLineThatEachSettingComesFrom() throws IOException {
        Path file = file("state-directory = s", "", "memory {", "  size = 64MiB", "  tier.floor = 4MiB", "}");
        EngineConfig config = EngineConfig.load(file);
        assertEquals("64MiB from " + file + ":4", originOf("memory", config));
        assertEquals("4MiB from " + file + ":5", originOf("memory.tier.floor", config));
        assertEquals("1 from default", originOf("parallelism", config));
    }

    @Test
    void refusesASettingThatDoesNotExistAndNamesTheNearest() throws IOException {
        refuses("line=2, key=memroy.size, nearest=memory.size; mend the key", "parallelism = 2", "memroy.size = 1GiB");
        refuses(
                "line=2, key=memory.pool.indx.min, nearest=memory.pool.index.min",
                "memory { pool {",
                "indx { min = 1MiB } } }");
        refuses("key=paralelism, nearest=parallelism", "paralelism = 2");
        refuses("key=memory.node.x.max, nearest=memory.node.N.max", "memory.node.x.max = 1MiB");
    }

    @Test
    void refusesAValueWithItsLineItsLimitAndTheFix() throws IOException {
        refuses(
                "line=2, key=memory.size, value=\"12XB\", allowed=1MiB to 4096GiB: not a size: \"12XB\"; write 256MiB",
                "memory {",
                "size = 12XB }");
        refuses("line=1, key=parallelism, value=\"129\", allowed=1 to 128: parallelism must be", "parallelism = 129");
        refuses("value=\"1.5\", allowed=1 to 128: not a whole number", "parallelism = 1.5");
        refuses("value=\"true\", allowed=spin|backoff|park: not one of the words", "idle = true");
        refuses("line=1, key=store: a list; write one value", "store = [mapdb]");
        refuses("line=1, key=store: null; write a value", "store = null");
        refuses("line=1, key=store: a section where a value is; write the value alone", "store { }");
        refuses("key=store: a section where a value is", "store = mapdb", "store { kind = mapdb }");
    }

    @Test
    void refusesADamagedFileWithItsLine() throws IOException {
        refuses("line=2: unbalanced close brace", "parallelism = 2", "}");
        refuses("damaged: file=", "memory {", "size = ");
        refuses("damaged: file=", "[1, 2]");
        refuses("double quotes", "state-directory = C:\\state");
        refuses("sections=1001, limit=1000; name a file", "a = " + "[".repeat(1001));
    }

    @Test
    void takesNothingFromElsewhere() throws IOException {
        Path other = Files.writeString(directory.resolve("other.conf"), "parallelism = 2");
        refuses("include=other.conf; write the settings themselves", "include \"other.conf\"");
        refuses("include=" + other, "include file(\"" + other + "\")");
        refuses("include=" + other.toUri().toURL(), "include url(\"" + other.toUri() + "\")");
        refuses("include=other.conf", "include classpath(\"other.conf\")");
        refuses("include=other.conf", "include required(\"other.conf\")");
        refuses("line=1, key=state-directory: a substitution; write the value itself", "state-directory = ${PATH}");
        refuses("line=2, key=parallelism: a substitution", "", "parallelism = ${?java.version}");
    }

    @Test
    void refusesAFileThatLiesBesideTheOneOfTheOtherForm() throws IOException {
        Path conf = Files.writeString(directory.resolve("millrace.conf"), "parallelism = 2");
        EngineConfig base = EngineConfig.of(directory);
        assertEquals(2, base.with(conf).parallelism());
        Path properties = Files.writeString(directory.resolve("millrace.properties"), "parallelism=3");
        for (Path file : List.of(conf, properties)) {
            String told = assertThrows(IllegalArgumentException.class, () -> base.with(file))
                    .getMessage();
            assertTrue(told.contains("two files of settings lie side by side: file=" + file + ", other="), told);
        }
    }

    @Test
    void theSampleHoldsEverySettingWithTheDefaultThatIsInForce() throws IOException {
        String sample = EngineConfig.sampleConf();
        assertTrue(sample.lines().allMatch(line -> line.isEmpty() || line.startsWith("#")), sample);
        EngineConfig defaults = EngineConfig.of(directory.resolve("state"));
        assertEquals(defaults, EngineConfig.of(Path.of("other")).with(file(sample, "state-directory = state")));
        List<String> uncommented = sample.lines()
                .filter(line -> line.matches("#[a-z].*"))
                .map(line -> line.substring(1).replace(".N.", ".0."))
                .toList();
        assertEquals(EngineSettings.all().size(), uncommented.size());
        assertEquals(defaults, EngineConfig.load(file(uncommented.toArray(String[]::new))));
        for (Setting<EngineConfig> setting : EngineSettings.all()) {
            assertTrue(sample.contains("\n# " + setting.help() + "\n# " + setting.values() + "\n#"), sample);
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

    private static String originOf(String key, EngineConfig config) {
        return config.effectiveConfig().stream()
                .filter(setting -> setting.key().equals(key))
                .map(setting -> setting.value() + " from " + setting.origin())
                .findFirst()
                .orElseThrow();
    }

    private Path file(String... lines) throws IOException {
        return Files.writeString(directory.resolve("engine.conf"), String.join("\n", lines));
    }
}
