package dev.millrace.bench.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.bench.command.CodecsCommand.Figure;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodecTableTest {
    @Test
    void theTableHasRatiosAndDashesForWhatWasNotMeasured() {
        String table = CodecTable.of(Map.of(
                "SmallStructCodecs.flatWrite", new Figure(2, 0.5, 0),
                "SmallStructCodecs.protobufJavaWrite", new Figure(30, Double.NaN, 24),
                "SmallStructCodecs.protobufWrite", new Figure(15, Double.NaN, 0),
                "SmallStructCodecs.handWrite", new Figure(1, Double.NaN, 0),
                "KeyHashing.keyHash:8", new Figure(1.25, Double.NaN, 0),
                "KeyHashing.xxHash64:8", new Figure(5, Double.NaN, 0)));
        List<String> lines = table.lines().toList();
        assertTrue(
                lines.contains(
                        "| Small, Write | 2.00 ±0.50 [0] | - | 1.00 [0] | 15 [0] | - | 30 [24] | - | - | - | 15 | "
                                + "0.50 | 2.00 |"),
                table);
        assertTrue(lines.contains("| 8 | 1.25 [0] | 5.00 [0] | - | - | 0.25 |"), table);
        assertTrue(lines.stream().filter(line -> line.startsWith("| Large")).allMatch(line -> line.contains("| - |")));
    }
}
