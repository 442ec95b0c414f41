package dev.millrace.engine.seam;

import dev.millrace.state.file.FileOps;

/**
 * The doors of an engine to the outside, in one place. A test replaces them; there are no others.
 *
 * @param files every file operation, of state, inputs and outputs
 * @param clock the only clock
 * @param seed of everything random
 */
public record Seams(FileOps files, Clock clock, long seed) {
    /** The machine's own, with a seed that nobody can guess. */
    public static Seams real() {
        return new Seams(FileOps.real(), Clock.system(), new java.security.SecureRandom().nextLong());
    }
}
