package dev.millrace.bench.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
    @Test
    void estimatesTheRestFromTheStepsThatAreDone() {
        StringWriter out = new StringWriter();
        long[] now = {7};
        ProgressBar bar = new ProgressBar(new PrintWriter(out, true), 4, () -> now[0]);
        bar.begin("first");
        now[0] += 10_000_000_000L;
        bar.begin("second");
        now[0] += 20_000_000_000L;
        bar.begin("third");
        assertEquals(
                List.of(
                        "[........................] 0 %, left ?: first",
                        "[######..................] 25 %, left 30S: second",
                        "[############............] 50 %, left 30S: third"),
                out.toString().lines().toList());
    }
}
