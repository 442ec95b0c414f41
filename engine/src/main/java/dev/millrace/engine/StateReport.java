package dev.millrace.engine;

import dev.millrace.engine.internal.check.InspectionText;
import dev.millrace.state.StateInspection;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.List;

/**
 * What a state directory holds: whose it is, which epochs are committed, where sources, outputs and states stand, what the store has, and
 * what a job would do first if it were started with it.
 *
 * <p>Nothing is changed, no pipeline is needed, and a damaged directory is told about as far as it can be read. A job may work in the
 * directory meanwhile. Immutable; any thread may use it.
 */
public final class StateReport {
    /** How many epochs {@link #toString} shows one by one. */
    public static final int DEFAULT_EPOCHS = 10;

    private final StateInspection inspection;

    private StateReport(StateInspection inspection) {
        this.inspection = inspection;
    }

    /**
     * Looks at a directory and reads every entry of it. Takes as long as reading the files does, and heap for the keys that changed since
     * the store was durable.
     *
     * @throws dev.millrace.state.StateDirectoryUnusableException if there is no directory, or one that may not be read
     */
    public static StateReport of(Path stateDirectory) {
        return new StateReport(StateInspection.read(FileOps.real(), stateDirectory, true));
    }

    /** Looks at a directory without reading the store: sizes of states are not told then, nor damage inside of an image. */
    public static StateReport quickly(Path stateDirectory) {
        return new StateReport(StateInspection.read(FileOps.real(), stateDirectory, false));
    }

    /** What keeps a job from going on, one line each, with what to do about it; empty if nothing does. */
    public List<String> problems() {
        return List.copyOf(inspection.problems());
    }

    /**
     * The report in lines for people.
     *
     * @param epochCount how many of the last epochs in the log are shown one by one
     */
    public String text(int epochCount) {
        return InspectionText.of(inspection, epochCount);
    }

    @Override
    public String toString() {
        return text(DEFAULT_EPOCHS);
    }
}
