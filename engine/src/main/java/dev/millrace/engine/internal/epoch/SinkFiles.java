package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The outputs of a job: they get the bytes of an epoch from the log once it is committed. Used by the epoch thread.
 *
 * <p>Writing them again from the log is how recovery works as well, so there is one way and it is always in use.
 */
final class SinkFiles implements AutoCloseable {
    /** As many as a pipeline has operators. */
    private static final int MAX_NUMBERS = LogicalPlan.MAX_NODES;

    private final DurableState state;
    private final List<SinkTarget> files = new ArrayList<>();
    /** Which file gets the parts of a number, as long as parts of the last life are read; -1 for an output that is given up. */
    private int[] fileOfNumber = {};

    private long appliedEpoch;
    private long durableEpoch;

    private SinkFiles(DurableState state) {
        this.state = state;
    }

    /** Says early if an output could not be written, and changes nothing. */
    static void check(FileOps fileOps, List<SinkNode> sinks, List<SourceNode> sources) {
        Map<Path, String> taken = new HashMap<>();
        for (SourceNode source : sources) {
            for (Path file : source.source().files()) {
                taken.put(file.toAbsolutePath().normalize(), "source=" + source.name());
            }
        }
        for (SinkNode sink : sinks) {
            if (sink.sink().hasOutput()) {
                continue;
            }
            Path target = sink.sink().target();
            String other = taken.put(target.toAbsolutePath().normalize(), "sink=" + sink.name());
            if (other != null) {
                throw new OutputException(
                        "output is taken: " + other + ", sink=" + sink.name() + ", file=" + target
                                + "; give each a file of its own",
                        null);
            }
            SinkFile.check(fileOps, sink.name(), target);
        }
    }

    /** Opens the outputs of a job that starts from the beginning. */
    static SinkFiles begin(FileOps fileOps, DurableState state, List<SinkNode> sinks) {
        SinkFiles all = new SinkFiles(state);
        try {
            all.fileOfNumber = identity(sinks.size());
            sinks.forEach(sink -> all.files.add(begin(fileOps, sink)));
            return all;
        } catch (Throwable e) {
            all.close();
            throw e;
        }
    }

    /** Opens the outputs of a job that goes on, and gives them what was committed and they may have lost. */
    static SinkFiles resume(FileOps fileOps, DurableState state, List<SinkNode> sinks, CommitRecord commit) {
        SinkFiles all = new SinkFiles(state);
        try {
            Map<String, Long> counters = commit.counters();
            all.durableEpoch = counters.getOrDefault(SinkCounters.DURABLE_EPOCH, 0L);
            all.appliedEpoch = all.durableEpoch;
            boolean isRenumbered = all.number(sinks, commit);
            for (SinkNode sink : sinks) {
                if (!commit.sinkLengths().containsKey(sink.name())) {
                    all.files.add(begin(fileOps, sink));
                    continue;
                }
                all.files.add(resume(fileOps, sink, counters));
            }
            all.apply(commit.epoch(), Runnable::run);
            for (SinkTarget file : all.files) {
                long committed = commit.sinkLengths().getOrDefault(file.name(), file.lengthBytes());
                if (file.lengthBytes() != committed) {
                    throw new IllegalStateException("output does not add up: sink=" + file.name() + ", writtenBytes="
                            + file.lengthBytes() + ", committedBytes=" + committed);
                }
                file.cutTail();
            }
            if (isRenumbered) {
                // The next commit says so, and from then on nobody asks for parts with the old numbers.
                all.force();
            }
            all.fileOfNumber = identity(sinks.size());
            return all;
        } catch (Throwable e) {
            all.close();
            throw e;
        }
    }

    private static SinkTarget begin(FileOps fileOps, SinkNode sink) {
        return sink.sink().hasOutput()
                ? SinkOutput.begin(sink.name(), sink.sink(), new SecureRandom().nextLong())
                : SinkFile.begin(fileOps, sink.name(), sink.sink());
    }

    private static SinkTarget resume(FileOps fileOps, SinkNode sink, Map<String, Long> counters) {
        long durableBytes = counters.getOrDefault(SinkCounters.durableBytesOf(sink.name()), 0L);
        if (!sink.sink().hasOutput()) {
            return SinkFile.resume(fileOps, sink.name(), sink.sink(), durableBytes);
        }
        Long owner = counters.get(SinkCounters.ownerOf(sink.name()));
        if (owner == null) {
            throw new OutputException(
                    "output was a file when the state was made: sink=" + sink.name() + "; give this one another name",
                    null);
        }
        return SinkOutput.resume(sink.name(), sink.sink(), owner, durableBytes);
    }

    /**
     * Finds out which output had which number in the last life.
     *
     * @return whether another one has it now
     */
    private boolean number(List<SinkNode> sinks, CommitRecord commit) {
        fileOfNumber = new int[MAX_NUMBERS];
        Arrays.fill(fileOfNumber, -1);
        boolean isRenumbered = sinks.size() != commit.sinkLengths().size();
        for (int i = 0; i < sinks.size(); i++) {
            String name = sinks.get(i).name();
            if (commit.sinkLengths().containsKey(name)) {
                long number = commit.counters().getOrDefault(SinkCounters.numberOf(name), (long) i);
                if (number < 0 || number >= MAX_NUMBERS) {
                    throw new IllegalStateException(
                            "number of an output is damaged: sink=" + name + ", number=" + number);
                }
                fileOfNumber[(int) number] = i;
                isRenumbered |= number != i;
            }
        }
        return isRenumbered;
    }

    private static int[] identity(int count) {
        int[] numbers = new int[count];
        Arrays.setAll(numbers, i -> i);
        return numbers;
    }

    /**
     * Appends what was committed up to an epoch.
     *
     * @param whenThereIsRoom runs what appends; again, if a device is full
     * @return how many bytes that were
     */
    long apply(long epoch, Consumer<Runnable> whenThereIsRoom) {
        long before = totalBytes();
        state.forEachSinkPart(appliedEpoch, (partEpoch, sinkId, bytes) -> {
            int file = sinkId < fileOfNumber.length ? fileOfNumber[sinkId] : -1;
            if (file >= 0) {
                whenThereIsRoom.accept(() -> files.get(file).append(partEpoch, bytes));
            }
        });
        files.forEach(SinkTarget::applied);
        appliedEpoch = epoch;
        return totalBytes() - before;
    }

    /** How many outputs there are. */
    int count() {
        return files.size();
    }

    private long totalBytes() {
        return files.stream().mapToLong(SinkTarget::lengthBytes).sum();
    }

    /** Forces the outputs: the log need not keep their bytes once a commit has said so. */
    void force() {
        files.forEach(SinkTarget::force);
        durableEpoch = appliedEpoch;
    }

    /** Up to which epoch a crash cannot take anything away. */
    long durableEpoch() {
        return durableEpoch;
    }

    /** The lengths of the outputs with what an epoch is going to add. */
    Map<String, Long> lengthsWith(long[] addedBytes) {
        Map<String, Long> lengths = new HashMap<>();
        for (int sinkId = 0; sinkId < files.size(); sinkId++) {
            lengths.put(files.get(sinkId).name(), files.get(sinkId).lengthBytes() + addedBytes[sinkId]);
        }
        return lengths;
    }

    /** Notes in a commit what is durable. */
    void noteDurable(Map<String, Long> counters) {
        counters.put(SinkCounters.DURABLE_EPOCH, durableEpoch);
        for (int i = 0; i < files.size(); i++) {
            counters.put(SinkCounters.numberOf(files.get(i).name()), (long) i);
            counters.put(
                    SinkCounters.durableBytesOf(files.get(i).name()),
                    files.get(i).durableBytes());
            files.get(i).note(counters);
        }
    }

    @Override
    public void close() {
        files.forEach(SinkTarget::close);
        files.clear();
    }
}
