package dev.millrace.engine.internal.runtime;

import dev.millrace.allocator.AllocatorConfig;
import dev.millrace.allocator.Memory;
import dev.millrace.allocator.SlabAllocator;
import dev.millrace.engine.internal.chain.Barrier;
import dev.millrace.engine.internal.chain.KeyPartitioner;
import dev.millrace.engine.internal.chain.Scratch;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.chain.StatePart;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.testkit.ManualClock;
import dev.millrace.engine.internal.window.KeyedOperators;
import dev.millrace.engine.stream.Pipeline;
import dev.millrace.state.file.FileOps;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The lives of a job on the test's thread, with epochs and crashes where chance puts them. What an epoch commits is encoded as it
 * is for the disk and kept in a map; what was not committed when a life ends is gone, outputs too. Used by one thread.
 */
final class SteppedLives {
    private static final int MOST_TURNS = 2_000_000;

    private final Random random;
    private final SlabAllocator memory;
    private final long hashSeed;

    /** Stored entries, by state and namespace. */
    private final Map<StateAt, Map<ByteBuffer, Entry>> stored = new HashMap<>();

    private final Map<Integer, StringBuilder> committed = new TreeMap<>();
    private Recovery recovery = Recovery.NONE;

    private record StateAt(int stateId, long namespace) {}

    private record Entry(int keyGroup, ByteBuffer value) {}

    private SteppedLives(Random random, SlabAllocator memory, long hashSeed) {
        this.random = random;
        this.memory = memory;
        this.hashSeed = hashSeed;
    }

    /**
     * Runs a job to its end.
     *
     * @param crashes how often it is killed on the way, if it does not end before
     * @param mostParallelism each life has its own
     * @return what its sinks were given, by their place in the plan, as lines
     */
    static Map<Integer, List<String>> run(Pipeline pipeline, long seed, int crashes, int mostParallelism) {
        try (SlabAllocator memory = SlabAllocator.open(AllocatorConfig.ofMemoryBytes(32L << 20))) {
            SteppedLives lives = new SteppedLives(new Random(seed), memory, seed);
            LogicalPlan plan = LogicalPlan.of(pipeline);
            int left = crashes;
            while (!lives.live(plan, 1 + lives.random.nextInt(mostParallelism), left > 0)) {
                left--;
            }
            if (memory.liveBytes() != 0) {
                throw new AssertionError("memory is left: liveBytes=" + memory.liveBytes());
            }
            Map<Integer, List<String>> lines = new TreeMap<>();
            lives.committed.forEach((sink, text) -> lines.put(
                    sink, new ArrayList<>(Arrays.asList(text.toString().split("\n", -1)))));
            lines.values().forEach(each -> each.removeIf(String::isEmpty));
            return lines;
        }
    }

    /** One life; whether the job came to its end. */
    private boolean live(LogicalPlan plan, int parallelism, boolean crashes) {
        OneLife job = new OneLife(memory);
        SteppedScheduler scheduler = new SteppedScheduler(random.nextLong());
        ManualClock clock = new ManualClock();
        Surroundings surroundings = new Surroundings(
                worker -> memory.shared(),
                1,
                FileOps.real(),
                clock,
                (from, to, entries) -> new Channel(2 + random.nextInt(3)),
                job,
                job::take,
                hashSeed);
        int turnsLeft = crashes ? 1 + random.nextInt(120) : MOST_TURNS;
        try (JobGraph graph = JobBuilder.build(plan, parallelism, surroundings, recovery)) {
            restore(graph, parallelism);
            graph.tasks().forEach(task -> task.runOn(scheduler));
            graph.tasks().forEach(Task::wake);
            while (!scheduler.isIdle() && turnsLeft-- > 0) {
                scheduler.turn();
                if (job.failure != null) {
                    throw new AssertionError("job failed", job.failure);
                }
                if (job.acknowledged.size() == graph.tasks().size()) {
                    commit(graph, job);
                }
                boolean isAtEnd = job.finishedSources == graph.sourceTasks().size();
                if (job.acknowledged.isEmpty()
                        && !job.isLast
                        && !job.isRequested(recovery.epoch())
                        && (isAtEnd || random.nextInt(12) == 0)) {
                    job.request(recovery.epoch() + 1, isAtEnd);
                    graph.sourceTasks().values().forEach(Task::wake);
                }
            }
            if (turnsLeft < 0 && !crashes) {
                throw new AssertionError("job does not end");
            }
            job.acknowledged.values().forEach(Barrier::abandon);
            return job.isLast && job.isRequested(recovery.epoch() - 1) && job.requestedEpoch() == recovery.epoch();
        }
    }

    private void commit(JobGraph graph, OneLife job) {
        Map<String, byte[]> positions = new HashMap<>();
        Map<String, Long> times = new HashMap<>();
        Map<String, Long> counters = new HashMap<>();
        Map<String, Integer> stateIds = new HashMap<>();
        graph.formats().forEach(format -> stateIds.put(format.stateName(), format.stateId()));
        for (Barrier barrier : job.acknowledged.values()) {
            barrier.parts().forEach(this::store);
            barrier.parts().forEach(StatePart::release);
            times.putAll(barrier.times());
            barrier.counters().forEach((name, value) -> counters.merge(name, value, Long::sum));
        }
        graph.sourceTasks()
                .forEach((name, task) ->
                        positions.put(name, job.acknowledged.get(task).position()));
        job.outputs.getOrDefault(job.requestedEpoch(), Map.of()).forEach((sink, text) -> committed
                .computeIfAbsent(sink, id -> new StringBuilder())
                .append(text));
        job.acknowledged.clear();
        recovery = new Recovery(job.requestedEpoch(), positions, times, counters, stateIds);
    }

    /** As the encoder of epochs does it. */
    private void store(StatePart part) {
        StateFormat format = part.format();
        Map<ByteBuffer, Entry> entries =
                stored.computeIfAbsent(new StateAt(format.stateId(), part.namespace()), at -> new HashMap<>());
        if (part.isDropped()) {
            part.snapshot()
                    .forEach((key, keyBytes, hash, value, valueBytes) ->
                            entries.remove(ByteBuffer.wrap(format.encodeKey(key, keyBytes))));
        }
        part.snapshot().forEachDirty((key, keyBytes, hash, value, valueBytes, isDeleted) -> {
            ByteBuffer name = ByteBuffer.wrap(format.encodeKey(key, keyBytes));
            if (isDeleted || part.isDropped() || format.isOver(value, part.horizon())) {
                entries.remove(name);
            } else {
                entries.put(
                        name,
                        new Entry(
                                format.keyGroup(key, keyBytes),
                                ByteBuffer.wrap(format.encodeValue(value, valueBytes))));
            }
        });
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private void restore(JobGraph graph, int parallelism) {
        KeyPartitioner partitioner = new KeyPartitioner(parallelism);
        try (Scratch keys = new Scratch(memory.shared());
                Scratch values = new Scratch(memory.shared())) {
            stored.forEach((at, entries) -> entries.forEach((name, entry) -> {
                KeyedOperators.Instance instance = graph.state(at.stateId(), partitioner.partitionOf(entry.keyGroup()));
                byte[] key = instance.format().decodeKey(bytes(name));
                byte[] value = instance.format().decodeValue(bytes(entry.value()));
                long keyAddress = keys.ofAtLeast(key.length);
                Memory.copyFrom(key, 0, keyAddress, key.length);
                long valueAddress = values.ofAtLeast(value.length);
                Memory.copyFrom(value, 0, valueAddress, value.length);
                long hash = instance.format().hash(keyAddress, key.length, hashSeed);
                instance.target()
                        .restore(at.namespace(), keyAddress, key.length, hash, valueAddress, value.length, false);
            }));
        }
    }

    /** What the tasks of one life tell. */
    private static final class OneLife implements JobPort {
        final Map<Task, Barrier> acknowledged = new HashMap<>();
        final Map<Long, Map<Integer, StringBuilder>> outputs = new HashMap<>();
        private final SlabAllocator memory;
        int finishedSources;
        boolean isLast;
        private long requestedEpoch;

        @Nullable
        Throwable failure;

        OneLife(SlabAllocator memory) {
            this.memory = memory;
        }

        void request(long epoch, boolean last) {
            isLast = last;
            requestedEpoch = epoch;
        }

        /** Whether an epoch behind this one was asked for. */
        boolean isRequested(long epoch) {
            return requestedEpoch > epoch;
        }

        void take(int sink, long epoch, long block, int lengthBytes) {
            byte[] bytes = new byte[lengthBytes];
            Memory.copyTo(block, bytes, 0, lengthBytes);
            memory.shared().free(block);
            outputs.computeIfAbsent(epoch, at -> new HashMap<>())
                    .computeIfAbsent(sink, at -> new StringBuilder())
                    .append(new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long requestedEpoch() {
            return requestedEpoch;
        }

        @Override
        public boolean isLastRequested() {
            return isLast;
        }

        @Override
        public void sourceFinished(Task task) {
            finishedSources++;
        }

        @Override
        public void acknowledge(Task task, Barrier barrier) {
            acknowledged.put(task, barrier);
        }

        @Override
        public boolean isBacklogged() {
            return false;
        }

        @Override
        public void failed(String task, String place, Throwable cause) {
            failure = cause;
        }

        @Override
        public boolean hasFailed() {
            return failure != null;
        }
    }
}
