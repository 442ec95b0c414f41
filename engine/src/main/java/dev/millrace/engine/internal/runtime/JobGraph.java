package dev.millrace.engine.internal.runtime;

import dev.millrace.engine.TimeReport;
import dev.millrace.engine.internal.chain.StateFormat;
import dev.millrace.engine.internal.embed.EgressRun;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.window.KeyedOperators;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tasks of a job, what they keep, and what they read: built before it starts, unchanged afterwards. */
public final class JobGraph implements AutoCloseable {
    private final List<Task> tasks = new ArrayList<>();
    private final List<SourceInput> sources = new ArrayList<>();
    private final Map<String, Task> sourceTasks = new TreeMap<>();
    private final List<EgressRun> egresses = new ArrayList<>();
    private final IdentityHashMap<Task, SourceInput> sourceInputs = new IdentityHashMap<>();
    private final IdentityHashMap<Task, ChannelInput> inputs = new IdentityHashMap<>();
    /** By state id, then by partition. */
    private final Map<Integer, List<KeyedOperators.Instance>> states = new TreeMap<>();
    /** The ids of states of which each task has all. */
    private final Set<Integer> copied = new HashSet<>();

    void add(Task task) {
        tasks.add(task);
    }

    void add(String sourceName, Task task, SourceInput source) {
        sources.add(source);
        sourceTasks.put(sourceName, task);
        sourceInputs.put(task, source);
    }

    void add(Task task, ChannelInput input) {
        inputs.put(task, input);
    }

    /** What a task reads, if that is a source; else null. */
    @Nullable
    SourceInput sourceOf(Task task) {
        return sourceInputs.get(task);
    }

    /** What a task reads, if that is other tasks; else null. */
    @Nullable
    ChannelInput inputOf(Task task) {
        return inputs.get(task);
    }

    /**
     * Where event time stands. Any thread may ask.
     *
     * @param nowNanos by the job's clock
     */
    public TimeReport timeReport(LogicalPlan plan, long nowNanos) {
        return new TimeReporter(plan, this, nowNanos).report();
    }

    /** Takes over what the program takes results from. */
    EgressRun own(EgressRun egress) {
        egresses.add(egress);
        return egress;
    }

    void add(KeyedOperators.Instance instance) {
        states.computeIfAbsent(instance.format().stateId(), id -> new ArrayList<>())
                .add(instance);
    }

    /** Adds an instance that keeps all of a state, as others do; the first writes it. */
    void addCopy(KeyedOperators.Instance instance) {
        copied.add(instance.format().stateId());
        add(instance);
    }

    public List<Task> tasks() {
        return tasks;
    }

    /** Which task reads which source. */
    public Map<String, Task> sourceTasks() {
        return sourceTasks;
    }

    /** The formats of all states. */
    public List<StateFormat> formats() {
        return states.values().stream()
                .map(instances -> instances.get(0).format())
                .toList();
    }

    /** The instance that keeps a partition of a state. */
    public KeyedOperators.Instance state(int stateId, int partition) {
        return states.get(stateId).get(partition);
    }

    /** The instances that keep what is in a partition of a state: one, or all of them if each has all of it. */
    public List<KeyedOperators.Instance> keepers(int stateId, int partition) {
        List<KeyedOperators.Instance> instances = states.get(stateId);
        return copied.contains(stateId) ? instances : instances.subList(partition, partition + 1);
    }

    public boolean hasState(int stateId) {
        return states.containsKey(stateId);
    }

    /** Events read so far by all sources. Any thread may ask. */
    public long eventCount() {
        return sources.stream().mapToLong(SourceInput::eventCount).sum();
    }

    /** Whether sources should read no further, since results wait for the program. Any thread may ask. */
    public boolean isFull() {
        for (int i = 0; i < egresses.size(); i++) {
            if (egresses.get(i).isFull()) {
                return true;
            }
        }
        return false;
    }

    /** Shows the program results of epochs up to this one. Called by the epoch thread. */
    public void showCommitted(long epoch) {
        egresses.forEach(egress -> egress.commit(epoch));
    }

    /** Tells the sources that an epoch is committed. Called by the epoch thread. */
    public void noteCommitted(Map<String, byte[]> positions) {
        sources.forEach(source -> source.noteCommitted(positions));
    }

    /** How much of the input was read: the slowest source counts. Negative if unknown. Any thread may ask. */
    public double progress() {
        return sources.stream().mapToDouble(SourceInput::progress).min().orElse(-1);
    }

    /** Gives everything back, when no worker steps a task any more. */
    @Override
    public void close() {
        RuntimeException problem = null;
        for (Task task : tasks) {
            try {
                task.close();
            } catch (RuntimeException e) {
                if (problem == null) {
                    problem = e;
                } else {
                    problem.addSuppressed(e);
                }
            }
        }
        egresses.forEach(EgressRun::close);
        if (problem != null) {
            throw problem;
        }
    }
}
