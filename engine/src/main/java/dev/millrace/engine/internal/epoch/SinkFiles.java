package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.internal.plan.Node.SinkNode;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.operator.OutputException;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outputs of a job: they get the bytes of an epoch from the log once it is committed. Used by the epoch thread.
 *
 * <p>Writing them again from the log is how recovery works as well, so there is one way and it is always in use.
 */
final class SinkFiles implements AutoCloseable {
    private final DurableState state;
    private final List<SinkFile> files = new ArrayList<>();
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
            sinks.forEach(sink -> all.files.add(SinkFile.begin(fileOps, sink.name(), sink.sink())));
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
            for (SinkNode sink : sinks) {
                long durableBytes = counters.getOrDefault(SinkCounters.durableBytesOf(sink.name()), 0L);
                all.files.add(SinkFile.resume(fileOps, sink.name(), sink.sink(), durableBytes));
            }
            all.apply(commit.epoch());
            for (SinkFile file : all.files) {
                long committed = commit.sinkLengths().get(file.name());
                if (file.lengthBytes() != committed) {
                    throw new IllegalStateException("output does not add up: sink=" + file.name() + ", writtenBytes="
                            + file.lengthBytes() + ", committedBytes=" + committed);
                }
                file.cutTail();
            }
            return all;
        } catch (Throwable e) {
            all.close();
            throw e;
        }
    }

    /**
     * Appends what was committed up to an epoch.
     *
     * @return how many bytes that were
     */
    long apply(long epoch) {
        long before = totalBytes();
        state.forEachSinkPart(
                appliedEpoch, (partEpoch, sinkId, bytes) -> files.get(sinkId).append(bytes));
        appliedEpoch = epoch;
        return totalBytes() - before;
    }

    /** How many outputs there are. */
    int count() {
        return files.size();
    }

    private long totalBytes() {
        return files.stream().mapToLong(SinkFile::lengthBytes).sum();
    }

    /** Forces the outputs: the log need not keep their bytes once a commit has said so. */
    void force() {
        files.forEach(SinkFile::force);
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
        for (SinkFile file : files) {
            counters.put(SinkCounters.durableBytesOf(file.name()), file.durableBytes());
        }
    }

    @Override
    public void close() {
        files.forEach(SinkFile::close);
        files.clear();
    }
}
