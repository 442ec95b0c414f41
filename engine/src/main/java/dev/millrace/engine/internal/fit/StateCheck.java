package dev.millrace.engine.internal.fit;

import dev.millrace.engine.Changes;
import dev.millrace.engine.CheckReport;
import dev.millrace.engine.CheckReport.Finding;
import dev.millrace.engine.CheckReport.Verdict;
import dev.millrace.engine.EngineConfig;
import dev.millrace.engine.internal.plan.LogicalPlan;
import dev.millrace.state.CommitRecord;
import dev.millrace.state.StateDirectoryUnusableException;
import dev.millrace.state.StateInspection;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileKind;
import dev.millrace.state.file.FileOps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at a state directory and says whether a job fits. Reads the format file, the log and the store's header; changes nothing. */
public final class StateCheck {
    private StateCheck() {}

    /** Whether a job fits with a configuration. */
    public static CheckReport of(LogicalPlan plan, EngineConfig config, Changes changes, FileOps files) {
        return check(plan, config, changes, files, true);
    }

    /** Whether a job fits, with whatever store the directory has. */
    public static CheckReport ofAnyStore(LogicalPlan plan, EngineConfig config, Changes changes, FileOps files) {
        return check(plan, config, changes, files, false);
    }

    private static CheckReport check(
            LogicalPlan plan, EngineConfig config, Changes changes, FileOps files, boolean isStoreGiven) {
        plan.checkComplete();
        Path directory = config.stateDirectory();
        List<Finding> findings = new ArrayList<>();
        if (isAbsent(files, directory)) {
            findings.add(begins());
            return new CheckReport(directory, findings);
        }
        StateInspection inspection = StateInspection.read(files, directory, false);
        inspection
                .problems()
                .forEach(problem ->
                        findings.add(new Finding(Verdict.REFUSED, "directory", directory.toString(), problem)));
        inspection.owner().ifPresent(owner -> {
            compare("job", owner.job(), plan.name(), "choose a directory for this job", findings);
            if (isStoreGiven) {
                compare(
                        "store",
                        owner.storeKind().toLowerCase(Locale.ROOT),
                        config.store().name().toLowerCase(Locale.ROOT),
                        "run with that store, or take a savepoint and restore it into the other",
                        findings);
            }
        });
        CommitRecord commit = inspection.lastCommit().orElse(null);
        if (commit != null) {
            Fit fit = Fit.of(plan, config.parallelism(), changes, commit);
            inspection.owner().ifPresent(owner -> fit.inDirectoryOf(StoreKind.valueOf(owner.storeKind())));
            findings.addAll(fit.findings());
        } else if (inspection.problems().isEmpty()) {
            findings.add(begins());
        }
        return new CheckReport(directory, findings);
    }

    private static Finding begins() {
        return new Finding(Verdict.ADDED, "job", "all of it", "nothing is committed here: it begins with epoch 1");
    }

    private static void compare(String what, String found, String wanted, String fix, List<Finding> findings) {
        boolean isSame = found.equals(wanted);
        findings.add(new Finding(
                isSame ? Verdict.FITS : Verdict.REFUSED,
                what,
                wanted,
                isSame ? "" : "stored=" + found + ", wanted=" + wanted + "; " + fix));
    }

    private static boolean isAbsent(FileOps files, Path directory) {
        try {
            return files.kind(directory) == FileKind.ABSENT;
        } catch (IOException e) {
            throw new StateDirectoryUnusableException(directory, e.toString(), e);
        }
    }
}
