package dev.millrace.engine.internal.fit;

import dev.millrace.engine.Changes;
import dev.millrace.engine.CheckReport.Finding;
import dev.millrace.engine.CheckReport.Verdict;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.engine.internal.plan.Node.SourceNode;
import dev.millrace.engine.internal.plan.OutputNodes.SinkNode;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.StateDirectoryMismatchException;
import dev.millrace.state.StoreKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job compared with what its last life committed: what goes on, under which name, what begins, what is given up, and what is in the
 * way. Made and used by one thread; nothing is read but the commit record.
 */
public final class Fit {
    private final LogicalPlan plan;
    private final Changes changes;
    private final List<Finding> findings = new ArrayList<>();
    private final CommitRecord commit;
    private final StoredSchemas schemas;
    private final Map<String, Integer> droppedStates = new TreeMap<>();

    private Fit(LogicalPlan plan, int parallelism, Changes changes, CommitRecord stored) {
        this.plan = plan;
        this.changes = changes;
        Map<String, String> forms = JobFacts.forms(plan);
        Names states = new Names("state", stored.states().keySet(), forms.keySet(), changes, findings);
        Names sources = new Names(
                "source",
                stored.sourcePositions().keySet(),
                plan.sources().stream().map(SourceNode::name).toList(),
                changes,
                findings);
        Names sinks = new Names(
                "sink",
                stored.sinkLengths().keySet(),
                plan.sinks().stream().map(SinkNode::name).toList(),
                changes,
                findings);
        states.dropped()
                .forEach(name ->
                        droppedStates.put(name, stored.states().get(name).id()));
        checkRenames(List.of(states, sources, sinks));
        commit = new RenamedCommit(stored, states, sources, sinks).record();
        schemas = StoredSchemas.of(plan, commit);
        for (String name : states.kept()) {
            compareState(name, forms);
        }
        sources.kept().forEach(name -> fits("source", name, ""));
        sinks.kept().forEach(this::compareSink);
        compareParallelism(parallelism);
    }

    /**
     * Compares the stores of states as well, which a savepoint does not have.
     *
     * @param own the store that the directory was begun with
     */
    public Fit inDirectoryOf(StoreKind own) {
        Map<String, StoreKind> wanted = plan.stores().byState();
        commit.states().forEach((name, schema) -> {
            String was = schema.store().isEmpty()
                    ? own.word()
                    : StoreKind.valueOf(schema.store()).word();
            String is = wanted.getOrDefault(name, own).word();
            if (!was.equals(is)) {
                refuse(
                        "store of state",
                        name,
                        "stored=" + was + ", wanted=" + is
                                + "; say store(..) as it was, or take a savepoint and restore it"
                                + " with this pipeline");
            }
        });
        return this;
    }

    /** The stores of what is committed, as they will be, by the names on disk: of states that are not in the engine's. */
    public Map<String, StoreKind> storesOf(CommitRecord stored) {
        Map<String, StoreKind> wanted = plan.stores().byState();
        Map<String, StoreKind> stores = new TreeMap<>();
        stored.states().forEach((name, schema) -> commit.states().forEach((today, other) -> {
            if (schema.id() == other.id() && wanted.containsKey(today)) {
                stores.put(name, wanted.get(today));
            }
        }));
        return stores;
    }

    /** Compares a job with what was committed. */
    public static Fit of(LogicalPlan plan, int parallelism, Changes changes, CommitRecord stored) {
        return new Fit(plan, parallelism, changes, stored);
    }

    private void fits(String what, String name, String detail) {
        findings.add(new Finding(Verdict.FITS, what, name, detail));
    }

    private void refuse(String what, String name, String detail) {
        findings.add(new Finding(Verdict.REFUSED, what, name, detail));
    }

    /** A rename that nothing had to do with is a misspelt one, unless it was done before. */
    private void checkRenames(List<Names> all) {
        changes.renames().forEach((from, to) -> {
            if (all.stream().noneMatch(names -> names.knows(from, to))) {
                refuse("rename", from + " to " + to, "reason=no source, sink or state changed its name like that");
            }
        });
    }

    private void compareState(String name, Map<String, String> forms) {
        String was = commit.states().get(name).form();
        String is = forms.getOrDefault(name, "");
        if (!was.isEmpty() && !was.equals(is)) {
            refuse("state", name, "stored=" + was + ", wanted=" + is + "; give the new one another name");
            return;
        }
        List<String> refusals = schemas.refusalsOf(name);
        if (!refusals.isEmpty()) {
            refuse("state", name, String.join("; ", refusals));
        } else if (schemas.readerOf(name) != null) {
            findings.add(new Finding(
                    Verdict.CHANGED, "state", name, "its values are read by today's type and written anew"));
        } else {
            fits("state", name, "");
        }
    }

    private void compareSink(String name) {
        Long head = commit.counters().get(JobFacts.headOf(name));
        for (SinkNode sink : plan.sinks()) {
            if (sink.name().equals(name)) {
                if (head != null && head != JobFacts.hashOf(sink.sink().head())) {
                    refuse(
                            "sink",
                            name,
                            "reason=its lines have other columns than those that are written;"
                                    + " give it another name and another file");
                } else {
                    fits("sink", name, "");
                }
            }
        }
    }

    private void compareParallelism(int parallelism) {
        long was = commit.counters().getOrDefault(JobFacts.PARALLELISM, (long) parallelism);
        if (was != parallelism) {
            findings.add(new Finding(
                    Verdict.CHANGED,
                    "parallelism",
                    Integer.toString(parallelism),
                    "was " + was + "; key groups are dealt out anew"));
        }
    }

    /** What was compared. */
    public List<Finding> findings() {
        return findings;
    }

    /** What was committed, by the names of today and without what is given up. */
    public CommitRecord commit() {
        return commit;
    }

    /** How the states were written. */
    public StoredSchemas schemas() {
        return schemas;
    }

    /** The states that are given up, with their numbers in stored keys. */
    public Map<String, Integer> droppedStates() {
        return droppedStates;
    }

    /** The numbers of all states in the store, those that are given up under names that no job can have. */
    public Map<String, Integer> stateIds() {
        Map<String, Integer> ids = new HashMap<>();
        commit.states().forEach((name, schema) -> ids.put(name, schema.id()));
        droppedStates.forEach((name, id) -> ids.put("/dropped/" + name, id));
        return ids;
    }

    /**
     * Refuses a job that does not fit.
     *
     * @throws StateDirectoryMismatchException if the graph is in the way
     * @throws dev.millrace.serde.IncompatibleSchemaException if only types are
     */
    public void check(Path directory) {
        List<String> refused = findings.stream()
                .filter(finding -> finding.verdict() == Verdict.REFUSED)
                .filter(finding -> schemas.refusalsOf(finding.name()).isEmpty())
                .map(Finding::toString)
                .toList();
        if (!refused.isEmpty()) {
            throw new StateDirectoryMismatchException(directory, refused);
        }
        schemas.check(plan.name(), commit.epoch());
    }
}
