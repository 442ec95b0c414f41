package dev.millrace.engine.internal.embed;

import dev.millrace.engine.internal.chain.ChainOperators;
import dev.millrace.engine.internal.chain.SourceHead;
import dev.millrace.engine.internal.plan.Erased;
import dev.millrace.engine.internal.plan.Node.MapNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.testkit.Garbage;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.state.file.FileOps;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events that are computed leave nothing on the heap. */
final class SourceAllocationTest {
    record Tick(long number, int kind, double price) {}

    record Priced(long number, double price) {}

    private final TestTask task = new TestTask();

    @AfterEach
    void closeTask() {
        task.close();
    }

    @Test
    void generatedEvents() {
        NumberedSource<Tick> source =
                new NumberedSource<>(Tick.class, number -> new Tick(number, (int) number % 3, number * 0.25));
        Function<Tick, Priced> price = tick -> new Priced(tick.number(), tick.price() * tick.kind());
        MapNode map = new MapNode(new SourceNode("ticks", source), Erased.function(price), Priced.class);
        SourceHead head = ChainOperators.source(
                task.own(source.open(FileOps.real())), 0, ChainOperators.map(map, ChainOperators.counting("end")));
        task.adopt();
        Garbage.assertEndsWithout("generator", head::run);
    }
}
