package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.BlockAllocator;
import dev.millrace.engine.internal.chain.Receiver;
import dev.millrace.engine.internal.chain.SourceHead;
import dev.millrace.engine.operator.SourceReader;

/** A graph of tasks that do nothing: the test says what they would have said. */
public final class HandMadeGraph {
    private final JobGraph graph = new JobGraph();
    private final JobPort job;
    private final BlockAllocator allocator;
    private int wakeCount;

    public HandMadeGraph(JobPort job, BlockAllocator allocator) {
        this.job = job;
        this.allocator = allocator;
    }

    public JobGraph graph() {
        return graph;
    }

    /** How often tasks were woken that were not awake already. */
    public int wakeCount() {
        return wakeCount;
    }

    /** Adds a task without a source. */
    public Task task(String name) {
        Task task = new Task(name, 0, allocator, job);
        task.runOn(new CountingScheduler());
        graph.add(task);
        return task;
    }

    /** Adds a task with a source of that name. */
    public Task sourceTask(String source) {
        Task task = task("read " + source);
        graph.add(
                source, task, new SourceInput(source, new NoHead(), 0, job, new Pace(() -> 0, 0), 512, Linger.none()));
        return task;
    }

    private final class CountingScheduler implements Scheduler {
        @Override
        public void schedule(Task task) {
            wakeCount++;
        }

        @Override
        public void start() {}

        @Override
        public void close() {}
    }

    private static final class NoHead extends SourceHead {
        @Override
        public int run(int limit) {
            return 0;
        }

        @Override
        public long eventCount() {
            return 0;
        }

        @Override
        public SourceReader reader() {
            return new NoReader();
        }

        @Override
        public Receiver next() {
            throw new UnsupportedOperationException("nothing follows");
        }
    }

    /** Hears of commits and reads nothing. */
    private static final class NoReader extends SourceReader {
        @Override
        public boolean advance() {
            return false;
        }

        @Override
        public Object event() {
            throw new UnsupportedOperationException("nothing is read");
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public byte[] position() {
            return new byte[0];
        }

        @Override
        public void seek(byte[] position) {}

        @Override
        public long skippedCount() {
            return 0;
        }

        @Override
        public double progress() {
            return -1;
        }

        @Override
        public String place() {
            return "nowhere";
        }

        @Override
        public void close() {}
    }
}
