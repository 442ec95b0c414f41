package dev.millrace.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.allocator.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class MemoryGuideTest {
    private static final Path GUIDE = Path.of("..", "docs", "memory.md");

    @Test
    void theGuideHasTheTableThatTheParserHas() throws IOException {
        String table = EngineSettings.all().stream().map(MemoryGuideTest::row).collect(Collectors.joining("\n"));
        String head = "| key | default | values | what it is |\n|---|---|---|---|\n";
        assertTrue(
                Files.readString(GUIDE).contains(head + table + "\n\n"),
                () -> "docs/memory.md must have this table:\n" + table);
    }

    private static String row(Setting<EngineConfig> setting) {
        return "| `" + setting.key() + "` | `" + setting.defaultText() + "` | "
                + setting.values().replace("|", ", ") + " | " + setting.help() + " |";
    }
}
