package dev.millrace.engine.internal.epoch;

import dev.millrace.engine.Changes;
import dev.millrace.engine.CheckReport;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.SavepointReport;
import dev.millrace.engine.internal.fit.Fit;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.DurableState;
import dev.millrace.state.DurableStateConfig;
import dev.millrace.state.Savepoint;
import dev.millrace.state.StateDirectoryUnusableException;
import dev.millrace.state.StateInspection;
import dev.millrace.state.StateRestore;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Savepoints of state that no job works on. */
public final class OfflineSavepoint {
    private OfflineSavepoint() {}

    /** Copies what a state directory holds. */
    public static SavepointReport take(FileOps files, Path stateDirectory, Path target) {
        StateInspection.Owner owner = StateInspection.read(files, stateDirectory, false)
                .owner()
                .orElseThrow(
                        () -> new StateDirectoryUnusableException(stateDirectory, "no job has ever worked here", null));
        DurableStateConfig config =
                DurableStateConfig.of(owner.job(), owner.fingerprint(), StoreKind.valueOf(owner.storeKind()));
        try (DurableState state = DurableState.open(files, stateDirectory, config)) {
            long sinksDurableEpoch = state.lastCommit()
                    .map(CommitRecord::counters)
                    .map(counters -> counters.getOrDefault(SinkCounters.DURABLE_EPOCH, 0L))
                    .orElse(0L);
            state.savepoint(owner.job(), target, sinksDurableEpoch).write();
        }
        return report(files, target);
    }

    /** Reads all of a savepoint. */
    public static SavepointReport report(FileOps files, Path savepoint) {
        return StoreKeeper.report(files, savepoint);
    }

    /** Makes a state directory of a savepoint: states that had a store of their own are in such a one again, if no other is chosen. */
    public static void restore(FileOps files, Savepoint savepoint, EngineConfig config, Map<String, StoreKind> chosen) {
        Set<String> names = savepoint.commit().states().keySet();
        for (String name : chosen.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("savepoint has no such state: state=" + name + ", states="
                        + new TreeSet<>(names) + "; choose a store for one of those");
            }
        }
        Map<String, StoreKind> stores = new HashMap<>();
        savepoint.commit().states().forEach((name, schema) -> {
            if (!schema.store().isEmpty()) {
                stores.put(name, StoreKind.valueOf(schema.store()));
            }
        });
        stores.putAll(chosen);
        restoreInto(files, savepoint, config, stores);
    }

    /** Makes a state directory of a savepoint, with each state in the store that a pipeline has for it. */
    public static void restore(FileOps files, Path directory, EngineConfig config, Object pipeline, Changes changes) {
        Savepoint savepoint = Savepoint.open(files, directory);
        CommitRecord commit = savepoint.commit();
        Fit fit = Fit.of(LogicalPlan.of(pipeline), config.parallelism(), changes, commit);
        fit.check(directory);
        restoreInto(files, savepoint, config, fit.storesOf(commit));
    }

    private static void restoreInto(
            FileOps files, Savepoint savepoint, EngineConfig config, Map<String, StoreKind> stores) {
        StateRestore.restore(
                files,
                config.stateDirectory(),
                DurableStateConfig.of(savepoint.jobName(), "restored", config.store())
                        .otherStores(stores)
                        .rocksDb(config.rocksDb()),
                savepoint);
    }

    /** Compares a pipeline with what a savepoint holds. */
    public static CheckReport check(
            FileOps files, Path savepoint, EngineConfig config, Object pipeline, Changes changes) {
        CommitRecord commit = Savepoint.open(files, savepoint).commit();
        Fit fit = Fit.of(LogicalPlan.of(pipeline), config.parallelism(), changes, commit);
        return new CheckReport(savepoint, fit.findings());
    }
}
