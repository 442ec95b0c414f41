package dev.millrace.engine;

import dev.millrace.engine.internal.epoch.OfflineSavepoint;
import dev.millrace.state.Savepoint;
import dev.millrace.state.StoreKind;
import dev.millrace.state.file.FileOps;
import java.nio.file.Path;
import java.util.Map;

/**
 * Takes savepoints of state directories that no job is running in, looks at them, and makes state directories of them. {@link
 * Job#savepoint} takes one of a running job. Any thread may use it.
 */
public final class Savepoints {
    private Savepoints() {}

    /**
     * Copies what was committed last into a savepoint. The state directory is taken meanwhile; its store is brought after what is
     * committed, and nothing else is changed.
     *
     * @param target a directory that is not there, or empty
     * @throws dev.millrace.state.file.StateFileException if either directory cannot be used; there is no savepoint then
     */
    public static SavepointReport take(Path stateDirectory, Path target) {
        return OfflineSavepoint.take(FileOps.real(), stateDirectory, target);
    }

    /**
     * Reads a savepoint from its first byte to its last and compares all checksums.
     *
     * @throws dev.millrace.state.file.StateFileException if it is damaged, was never finished, or is none
     */
    public static SavepointReport verify(Path savepoint) {
        return OfflineSavepoint.report(FileOps.real(), savepoint);
    }

    /**
     * Makes a state directory of a savepoint. A job that is started with it goes on from the savepoint's epoch: sources are read again
     * from there, and outputs that went further are cut back. If this process dies meanwhile, restore again into the same directory.
     *
     * @param config of the engine that will run: its state directory, which is not there or empty, and its store
     * @throws dev.millrace.state.file.StateFileException if the savepoint is damaged or the directory cannot be used
     */
    public static SavepointReport restore(Path savepoint, EngineConfig config) {
        return restore(savepoint, config, Map.of());
    }

    /**
     * The same with some states in stores of their own. The others stay in the store that they had for themselves, or are in that of
     * the configuration.
     *
     * @param storesOfStates which store a state is put into, by the state's name as {@code millrace inspect} prints it
     * @throws IllegalArgumentException if the savepoint has no such state; nothing is written then
     */
    public static SavepointReport restore(Path savepoint, EngineConfig config, Map<String, StoreKind> storesOfStates) {
        FileOps files = FileOps.real();
        OfflineSavepoint.restore(files, Savepoint.open(files, savepoint), config, storesOfStates);
        return OfflineSavepoint.report(files, savepoint);
    }

    /**
     * Makes a state directory of a savepoint, see {@link #restore(Path, EngineConfig)}, for a pipeline: each state is put into the store
     * that {@link dev.millrace.engine.stream.Stream#store} says, or else the configuration.
     *
     * @param changes what became of names that are in the savepoint and not in the pipeline
     * @throws dev.millrace.state.StateDirectoryMismatchException if the pipeline does not fit; says all of it
     * @throws dev.millrace.state.file.StateFileException if the savepoint is damaged or the directory cannot be used
     */
    public static SavepointReport restore(
            Path savepoint, EngineConfig config, dev.millrace.engine.stream.Pipeline pipeline, Changes changes) {
        FileOps files = FileOps.real();
        OfflineSavepoint.restore(files, savepoint, config, pipeline, changes);
        return OfflineSavepoint.report(files, savepoint);
    }

    /**
     * Says whether a pipeline could go on from a savepoint.
     *
     * @param changes what became of names that are in the savepoint and not in the pipeline
     */
    public static CheckReport check(
            Path savepoint, EngineConfig config, dev.millrace.engine.stream.Pipeline pipeline, Changes changes) {
        return OfflineSavepoint.check(FileOps.real(), savepoint, config, pipeline, changes);
    }
}
