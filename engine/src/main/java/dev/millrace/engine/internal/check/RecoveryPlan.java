package dev.millrace.engine.internal.check;

import dev.millrace.engine.MemorySize;
import dev.millrace.engine.internal.epoch.SinkCounters;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.StateInspection;
import dev.millrace.state.StateSizes;
import dev.millrace.state.log.LogInspection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a job would do first, were it started with a directory: in sentences. */
final class RecoveryPlan {
    private final List<String> steps = new ArrayList<>();

    private RecoveryPlan() {}

    static List<String> of(StateInspection inspection) {
        RecoveryPlan plan = new RecoveryPlan();
        inspection
                .lockHolder()
                .ifPresent(holder -> plan.steps.add("be refused while " + holder + " works here; afterwards it would"));
        if (!inspection.problems().isEmpty()) {
            plan.steps.add("be refused: see problems; nothing would be changed");
        } else if (!inspection.isBegun()) {
            plan.steps.add("begin here with epoch 1: no job has worked here yet");
        } else {
            inspection.log().ifPresent(log -> plan.goOn(inspection, log));
        }
        return plan.steps;
    }

    private void goOn(StateInspection inspection, LogInspection log) {
        if (log.tailBytes() > 0) {
            steps.add("cut " + bytes(log.tailBytes()) + " off the log: " + cutEpochs(log));
        }
        for (StateInspection.Store store : inspection.stores()) {
            if (!store.leftovers().isEmpty()) {
                steps.add("delete " + count(store.leftovers().size(), "image") + " that " + isOrAre(store)
                        + " not in use");
            }
        }
        inspection
                .storesEpoch()
                .ifPresent(epoch -> fold(log, epoch, inspection.stores().size()));
        CommitRecord commit = inspection.lastCommit().orElse(null);
        if (commit == null) {
            steps.add("begin with epoch 1: nothing is committed");
            return;
        }
        if (!commit.isFinished()) {
            steps.add(inspection
                            .sizes()
                            .map(StateSizes::entryCount)
                            .map(RecoveryPlan::entries)
                            .orElse("read the state") + " into memory");
        }
        commit.sinkLengths().forEach((sink, committed) -> writeAgain(sink, committed, commit.counters()));
        if (commit.isFinished()) {
            steps.add("end at once: the job has ended with epoch " + commit.epoch());
        } else {
            commit.sourcePositions()
                    .keySet()
                    .forEach(source -> steps.add("read source " + source + " on, from where it stands above"));
            steps.add("go on with epoch " + (commit.epoch() + 1));
        }
    }

    private static String isOrAre(StateInspection.Store store) {
        return store.leftovers().size() == 1 ? "is" : "are";
    }

    private static String entries(long entryCount) {
        return "read " + count(entryCount, "entry");
    }

    private static String cutEpochs(LogInspection log) {
        List<Long> epochs =
                log.uncommitted().stream().map(LogInspection.Epoch::epoch).toList();
        if (epochs.isEmpty()) {
            return "a crash left it behind the last commit";
        }
        return epochs.size() == 1
                ? "epoch " + epochs.get(0) + " was not committed"
                : "epochs " + epochs.get(0) + " to " + epochs.get(epochs.size() - 1) + " were not committed";
    }

    private void fold(LogInspection log, long storeEpoch, int stores) {
        List<LogInspection.Epoch> missing = log.epochs().stream()
                .filter(epoch -> epoch.epoch() > storeEpoch)
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        long stateBytes =
                missing.stream().mapToLong(StateInspection::stateBytes).sum();
        steps.add("fold " + count(missing.size(), "epoch") + " with " + bytes(stateBytes)
                + " of changes into the " + (stores == 1 ? "store" : "stores") + ": "
                + missing.get(0).epoch() + " to "
                + missing.get(missing.size() - 1).epoch());
    }

    private void writeAgain(String sink, long committedBytes, Map<String, Long> counters) {
        long behind = committedBytes - counters.getOrDefault(SinkCounters.durableBytesOf(sink), 0L);
        if (behind > 0) {
            steps.add("write the last " + bytes(behind) + " of sink " + sink + " again, from the log");
        }
    }

    static String bytes(long bytes) {
        return MemorySize.format(bytes);
    }

    static String count(long count, String noun) {
        String plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return String.format(java.util.Locale.ROOT, "%,d %s", count, count == 1 ? noun : plural);
    }
}
