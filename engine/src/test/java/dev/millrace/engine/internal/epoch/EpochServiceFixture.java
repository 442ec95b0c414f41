package dev.millrace.engine.internal.epoch;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.millrace.allocator.Memory;
import dev.millrace.allocator.MemoryPool;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.fit.JobFacts;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import dev.millrace.engine.internal.runtime.HandMadeGraph;
import dev.millrace.engine.internal.runtime.Task;
import dev.millrace.engine.internal.testkit.TestTask;
import dev.millrace.engine.testkit.ManualClock;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An epoch service on real state and real memory; what its tasks would say, the test says. */
abstract class EpochServiceFixture {
    static final long INTERVAL_NANOS = 1000;

    @TempDir
    Path directory;

    final TestTask memory = new TestTask();
    final ManualClock clock = new ManualClock();

    DurableState state;
    EpochService service;
    HandMadeGraph tasks;
    SinkFiles sinks;
    Task reader;
    Task counter;
    Path out;

    @BeforeEach
    final void open() {
        out = directory.resolve("out");
        openState();
    }

    /** The files of state; outputs are on the machine's own. */
    FileOps files() {
        return FileOps.real();
    }

    FileOps outputFiles() {
        return FileOps.real();
    }

    DurableStateConfig config() {
        return DurableStateConfig.of("job", "1", StoreKind.MAPDB);
    }

    /** What brings the store after what is committed. */
    Executor io() {
        return Runnable::run;
    }

    final void openState() {
        state = DurableState.open(files(), directory.resolve("state"), config());
        CommitRecord commit = state.lastCommit().orElse(null);
        List<SinkNode> nodes = List.of(TestSink.node("s", out));
        sinks = commit == null
                ? SinkFiles.begin(outputFiles(), state, nodes)
                : SinkFiles.resume(outputFiles(), state, nodes, commit);
        service = new EpochService(clock, INTERVAL_NANOS, state, commit, 1, memory.allocator(), files(), io());
        tasks = new HandMadeGraph(service, memory.allocator());
        reader = tasks.sourceTask("in");
        counter = tasks.task("counter");
        service.serve("job", tasks.graph(), sinks, JobFacts.NONE);
    }

    @AfterEach
    final void close() {
        closeState();
        memory.close();
    }

    final void closeState() {
        service.close();
        tasks.graph().close();
        sinks.close();
        state.close();
    }

    final void write(long epoch, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long block = memory.allocator().allocate(MemoryPool.SPILL, bytes.length);
        Memory.copyFrom(bytes, 0, block, bytes.length);
        service.take(0, epoch, block, bytes.length);
    }

    /** Makes the next epoch due and has it requested. */
    final void request() throws InterruptedException {
        clock.advance(INTERVAL_NANOS);
        assertFalse(service.step());
    }

    final void acknowledge(Task task, long epoch) {
        service.acknowledge(task, new Barrier(epoch, service.isLastRequested()));
    }

    /** A whole epoch in which nothing happened. */
    final boolean emptyEpoch(long epoch) throws InterruptedException {
        request();
        acknowledge(reader, epoch);
        acknowledge(counter, epoch);
        return service.step();
    }
}
